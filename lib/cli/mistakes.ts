import { type Command, UsageError } from './command.ts';
import { overview } from './help.ts';
import { nearestWord } from './nearest-word.ts';
import { BEGINNINGS, VERBS } from './verbs.ts';

/** What a person is told whose words are no command: what was meant, else what there is. */
export function explainNoCommand(words: readonly string[]): string {
  const [first = '', second] = words;
  if (first === '') return `Say a command.\n\n${overview()}`;
  if (second === undefined && BEGINNINGS.has(first))
    return `Say a command of ${first}.\n\n${overview(first)}`;
  const written = words.slice(0, 2).join(' ');
  const meant = commandNear(first, second);
  if (meant === undefined) return `Not a command: ${written}.\n\n${overview(first)}`;
  return `Not a command: ${written}. Did you mean ${meant}?\n\nalpenglow --help lists the commands.\n`;
}

/** Where the first word begins commands, only the second can be wrong. */
function commandNear(first: string, second = ''): string | undefined {
  const verbs = [...VERBS.keys()];
  if (!BEGINNINGS.has(first))
    return nearestWord(`${first} ${second}`.trimEnd(), verbs) ?? nearestWord(first, [...BEGINNINGS]);
  const seconds = verbs
    .filter((verb) => verb.startsWith(`${first} `))
    .map((verb) => verb.split(' ')[1] ?? '');
  const meant = nearestWord(second, seconds);
  return meant === undefined ? undefined : `${first} ${meant}`;
}

/** The call in one line, since the whole help would push the message off the screen. */
export const explainMistake = (error: Error, verb: string, { synopsis, options }: Command): string =>
  `${messageOf(error, Object.keys(options))}\n\n${synopsis}\nalpenglow help ${verb} says more.\n`;

/** What Node says of an unknown option goes on about arguments that begin with `-`, which is hardly ever meant. */
function messageOf({ message }: Error, options: readonly string[]): string {
  const { start, name } = /^(?<start>Unknown option '-{1,2}(?<name>[^']+)')/.exec(message)?.groups ?? {};
  if (start === undefined || name === undefined) return message;
  const meant = nearestWord(name, [...options, 'help']);
  return `${start}.${meant === undefined ? '' : ` Did you mean --${meant}?`}`;
}

export const isMistake = (error: Error): boolean =>
  error instanceof UsageError || String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
