import { type Command, type Terminal, UsageError } from './command.ts';
import { audit } from './commands/audit.ts';
import { keys } from './commands/keys.ts';
import { reconcile } from './commands/reconcile.ts';
import { reindex } from './commands/reindex.ts';
import { serve } from './commands/serve.ts';
import { createToken } from './commands/token/create.ts';
import { listTokens } from './commands/token/list.ts';
import { revokeTokens } from './commands/token/revoke.ts';
import { addTrust } from './commands/trust/add.ts';
import { listTrust } from './commands/trust/list.ts';
import { removeTrust } from './commands/trust/remove.ts';
import { withoutTokens } from './terminal-text.ts';

/** By its verb, of one word or two. */
const COMMANDS = new Map<string, Command>(
  Object.entries({
    serve,
    keys,
    'token create': createToken,
    'token list': listTokens,
    'token revoke': revokeTokens,
    'trust add': addTrust,
    'trust list': listTrust,
    'trust remove': removeTrust,
    audit,
    reconcile,
    reindex,
  }),
);

const TERMINAL: Terminal = {
  environment: process.env,
  print: (text) => void process.stdout.write(text),
  note: (text) => void process.stderr.write(text),
};

/** @returns the exit code: 0 done, 1 failed, 2 asked wrongly */
export async function main(words: string[], terminal: Terminal = TERMINAL): Promise<number> {
  const { command, args } = findCommand(words);
  const usage = command === undefined ? overview(words[0]) : usageOf(command);
  try {
    if (words.some(isHelp)) {
      terminal.print(usage);
      return 0;
    }
    if (command === undefined)
      throw new UsageError(`Not a command: ${words.slice(0, 2).join(' ') || '(none)'}`);
    return await command.run(args, terminal);
  } catch (error) {
    const isMistake =
      error instanceof UsageError ||
      String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
    terminal.note(`${withoutTokens((error as Error).message)}\n${isMistake ? `\n${usage}` : ''}`);
    return isMistake ? 2 : 1;
  }
}

function findCommand(words: readonly string[]): { command: Command | undefined; args: string[] } {
  const ofTwo = COMMANDS.get(words.slice(0, 2).join(' '));
  if (ofTwo !== undefined) return { command: ofTwo, args: words.slice(2) };
  return { command: COMMANDS.get(words[0] ?? ''), args: words.slice(1) };
}

const isHelp = (argument: string): boolean => argument === '--help' || argument === '-h';

const usageOf = ({ synopsis, details }: Command): string => `${synopsis}\n\n${details}`;

/** Of those that begin with a word; of all, where none does. */
function overview(word = ''): string {
  const all = [...COMMANDS];
  const ofWord = all.filter(([verb]) => verb.startsWith(`${word} `));
  const shown = ofWord.length > 0 ? ofWord : all;
  const lines = shown.map(([, { synopsis, details }]) => `${synopsis}\n  ${details.split('\n')[0]}\n`);
  return `An Alpine package registry.\n\n${lines.join('')}\nalpenglow COMMAND --help says more.\n`;
}
