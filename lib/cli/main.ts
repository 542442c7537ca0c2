import metadata from '../../package.json' with { type: 'json' };
import type { Command, Terminal } from './command.ts';
import { overview, usageOf } from './help.ts';
import { explainMistake, explainNoCommand, isMistake } from './mistakes.ts';
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
  const { print, note } = terminal;
  if (words.length === 1 && words[0] === '--version') {
    print(`${metadata.version}\n`);
    return 0;
  }
  const [first, ...others] = words;
  const asked = first === 'help' ? [...others, '--help'] : words;
  const { verb, command, args } = await findCommand(asked);
  if (asked.some(isHelp) && (command !== undefined || isBeginning(asked[0]))) {
    print(command === undefined ? overview(asked[0]) : usageOf(command));
    return 0;
  }
  if (command === undefined) {
    note(withoutTokens(explainNoCommand(asked.filter((word) => !isHelp(word)))));
    return 2;
  }
  try {
    return await command.run(args, terminal);
  } catch (error) {
    if (error instanceof Interruption) return error.exitCode;
    const isAskedWrongly = isMistake(error as Error);
    const text = isAskedWrongly
      ? explainMistake(error as Error, verb, command)
      : `${(error as Error).message}\n`;
    note(withoutTokens(text));
    return isAskedWrongly ? 2 : 1;
  }
}

interface FoundCommand {
  /** One word or two. */
  verb: string;
  command: Command | undefined;
  args: string[];
}

async function findCommand(words: readonly string[]): Promise<FoundCommand> {
  const two = words.slice(0, 2).join(' ');
  const ofTwo = VERBS.get(two);
  if (ofTwo !== undefined) return { verb: two, command: await ofTwo.load(), args: words.slice(2) };
  const verb = words[0] ?? '';
  return { verb, command: await VERBS.get(verb)?.load(), args: words.slice(1) };
}

const isHelp = (argument: string): boolean => argument === '--help' || argument === '-h';

/** `--help` alone is asked of all commands. */
const isBeginning = (word = ''): boolean => isHelp(word) || BEGINNINGS.has(word);
