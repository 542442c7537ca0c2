import { parseArgs } from 'node:util';
import type { Command } from '../command.ts';
import { readSettings } from '../serve/settings.ts';

const OPTIONS = {
  port: { type: 'string' },
  data: { type: 'string' },
  token: { type: 'string' },
  visibility: { type: 'string' },
} as const;

export const serve: Command = {
  synopsis: 'alpenglow serve [--port N] [--data FOLDER] [--token TOKEN] [--visibility public|private]',
  details: `Starts an Alpine package registry on this machine.
The environment says the same:
  PORT             port on 127.0.0.1, 8080 by default
  ALPENGLOW_DATA   folder that everything is kept in, .alpenglow by default
  ALPENGLOW_TOKEN  token with every right; without one, one is made and kept
  ALPENGLOW_VISIBILITY  public or private: who may read what new owners publish

Example: alpenglow serve --port 9000 --data /srv/alpenglow
`,
  options: OPTIONS,
  async run(args, { environment, print }) {
    const { values } = parseArgs({ args, options: OPTIONS });
    // Half of what there is to load, and for nobody else.
    const { runRegistry } = await import('../serve/run-registry.ts');
    return runRegistry(readSettings(values, environment), print);
  },
};
