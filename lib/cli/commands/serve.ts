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
  details: `Starts an Alpine package registry on this machine, says what to paste, and runs until Ctrl-C.
  --port    port on 127.0.0.1, 8080 by default, 0 for any free one; or $PORT
  --data    folder that everything is kept in, .alpenglow by default; or $ALPENGLOW_DATA
  --token   token with every right; without one, one is made and kept in FOLDER/token; or $ALPENGLOW_TOKEN.
            Others on this machine can see what is in a command line
  --visibility
            public or private: who may read what new owners publish; or $ALPENGLOW_VISIBILITY

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
