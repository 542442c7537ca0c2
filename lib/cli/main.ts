import { type Command, type Terminal, UsageError } from './command.ts';
import { keys } from './commands/keys.ts';
import { serve } from './commands/serve.ts';

const COMMANDS = new Map<string, Command>(Object.entries({ serve, keys }));

const TERMINAL: Terminal = {
  environment: process.env,
  print: (text) => void process.stdout.write(text),
};

/** @returns the exit code: 0 done, 1 failed, 2 asked wrongly */
export async function main([verb = '', ...args]: string[], terminal: Terminal = TERMINAL): Promise<number> {
  const command = COMMANDS.get(verb);
  const usage = command === undefined ? overview() : usageOf(command);
  try {
    if (isHelp(verb) || args.some(isHelp)) {
      terminal.print(usage);
      return 0;
    }
    if (command === undefined) throw new UsageError(`Not a command: ${verb || '(none)'}`);
    return await command.run(args, terminal);
  } catch (error) {
    const isMistake =
      error instanceof UsageError ||
      String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
    process.stderr.write(`${(error as Error).message}\n${isMistake ? `\n${usage}` : ''}`);
    return isMistake ? 2 : 1;
  }
}

const isHelp = (argument: string): boolean => argument === '--help' || argument === '-h';

const usageOf = ({ synopsis, details }: Command): string => `${synopsis}\n\n${details}`;

const overview = (): string =>
  `An Alpine package registry.

${[...COMMANDS.values()].map(({ synopsis, details }) => `${synopsis}\n  ${details.split('\n')[0]}\n`).join('')}
alpenglow COMMAND --help says more.
`;
