import { parseArgs } from 'node:util';
import { serve } from './commands/serve.ts';
import { readSettings, SettingError } from './settings.ts';

const USAGE = `alpenglow serve [--port N] [--data FOLDER] [--token TOKEN] [--visibility public|private]

Starts an Alpine package registry on this machine. The environment says the same:
  PORT             port on 127.0.0.1, 8080 by default
  ALPENGLOW_DATA   folder that everything is kept in, .alpenglow by default
  ALPENGLOW_TOKEN  token with every right; without one, one is made and kept
  ALPENGLOW_VISIBILITY  public or private: who may read what new owners publish

Example: alpenglow serve --port 9000 --data /srv/alpenglow
`;

/** @returns the exit code: 0 done, 1 failed, 2 asked wrongly */
export async function main(args: string[], environment: NodeJS.ProcessEnv = process.env): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        token: { type: 'string' },
        visibility: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      process.stdout.write(USAGE);
      return 0;
    }
    if (positionals.join(' ') !== 'serve')
      throw new SettingError(`Not a command: ${positionals.join(' ') || '(none)'}`);
    return await serve(readSettings(values, environment));
  } catch (error) {
    const isMistake =
      error instanceof SettingError ||
      String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
    process.stderr.write(`${(error as Error).message}\n${isMistake ? `\n${USAGE}` : ''}`);
    return isMistake ? 2 : 1;
  }
}
