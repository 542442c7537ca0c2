import metadata from '../../package.json' with { type: 'json' };
import { type Command, type Terminal, UsageError } from './command.ts';
import { overview, suggestionFor, usageOf } from './help.ts';
import { Interruption } from './terminal/interruption.ts';
import { withoutTokens } from './terminal/terminal-text.ts';
import { BEGINNINGS, VERBS } from './verbs.ts';

const TERMINAL: Terminal = {
  environment: process.env,
  print: (text) => void process.stdout.write(text),
  note: (text) => void process.stderr.write(text),
  screen:
    process.stderr.isTTY && process.env.TERM !== 'dumb'
      ? { columns: () => process.stderr.columns, write: (text) => void process.stderr.write(text) }
      : undefined,
};

/** @returns the exit code: 0 done, 1 failed, 2 asked wrongly, 128 and the signal's number when interrupted */
export async function main(words: string[], terminal: Terminal = TERMINAL): Promise<number> {
  const { print } = terminal;
  if (words.length === 1 && words[0] === '--version') {
    print(`${metadata.version}\n`);
    return 0;
  }
  const [first, ...others] = words;
  const asked = first === 'help' ? [...others, '--help'] : words;
  const { command, args } = await findCommand(asked);
  const usage = command === undefined ? overview(asked[0]) : usageOf(command);
  try {
    if (asked.some(isHelp) && (command !== undefined || isBeginning(asked[0]))) {
      print(usage);
      return 0;
    }
    if (command === undefined) throw new UsageError(noCommand(asked.filter((word) => !isHelp(word))));
    return await command.run(args, terminal);
  } catch (error) {
    return explain(error as Error, usage, terminal);
  }
}

function explain(error: Error, usage: string, { note }: Terminal): number {
  if (error instanceof Interruption) return error.exitCode;
  const isMistake =
    error instanceof UsageError || String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
  note(`${withoutTokens(error.message)}\n${isMistake ? `\n${usage}` : ''}`);
  return isMistake ? 2 : 1;
}

async function findCommand(
  words: readonly string[],
): Promise<{ command: Command | undefined; args: string[] }> {
  const ofTwo = VERBS.get(words.slice(0, 2).join(' '));
  if (ofTwo !== undefined) return { command: await ofTwo.load(), args: words.slice(2) };
  return { command: await VERBS.get(words[0] ?? '')?.load(), args: words.slice(1) };
}

const isHelp = (argument: string): boolean => argument === '--help' || argument === '-h';

/** `--help` alone is asked of all commands. */
const isBeginning = (word = ''): boolean => isHelp(word) || BEGINNINGS.has(word);

function noCommand(words: readonly string[]): string {
  if (words.length === 0) return 'Say a command.';
  const suggestion = suggestionFor(words);
  const meant = suggestion === undefined ? '' : ` Did you mean ${suggestion}?`;
  return `Not a command: ${words.slice(0, 2).join(' ')}.${meant}`;
}
