import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { startRegistry } from '#local/registry.ts';
import { keptToken } from '#local/token.ts';
import type { Visibility } from '#registry/readers.ts';
import { redactTokens } from '#registry/redact.ts';
import type { Command } from '../command.ts';
import { readSettings, type Settings } from '../settings.ts';

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
  async run(args, { environment, print }) {
    const { values } = parseArgs({
      args,
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        token: { type: 'string' },
        visibility: { type: 'string' },
      },
    });
    return runRegistry(readSettings(values, environment), print);
  },
};

/** Until SIGTERM or SIGINT. */
async function runRegistry(
  { port, data, token: givenToken, visibility }: Settings,
  print: (text: string) => void,
): Promise<number> {
  // The SDK warns of the Node releases that it will leave; here it never talks to AWS.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const token = givenToken ?? (await keptToken(data));
  const registry = await startRegistry({ port, folder: data, token, visibility, onError: report });
  print(welcome(registry, data, token, visibility));
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  await registry.close();
  return 0;
}

function report(error: unknown): void {
  const { cause, message } = error as Error;
  process.stderr.write(
    redactTokens(`${new Date().toISOString()} ${message}${cause ? `: ${(cause as Error).message}` : ''}\n`),
  );
}

function welcome(
  { url, keyFileName }: { url: string; keyFileName: string },
  data: string,
  token: string,
  visibility: Visibility,
): string {
  const setUp = `wget -qO- ${url}/acme/v3.22/main/setup.sh |`;
  const install =
    visibility === 'public'
      ? `  ${setUp} sh`
      : `  READ=$(ALPENGLOW_URL=${url} ALPENGLOW_TOKEN='${token}' npx alpenglow token create --name machines --allow read --on acme)
  ${setUp} ALPENGLOW_TOKEN=$READ sh`;
  return `Alpenglow is ready on ${url}, and keeps everything in ${data}

Publish a package (acme, v3.22 and main are examples; any names do):
  curl --fail-with-body -H 'Authorization: Bearer ${token}' --upload-file FILE.apk '${url}/api/packages/acme/alpine/v3.22/main?wait=20'

Install it on a machine with apk, as root:
${install}
or, step by step:
  wget -P /etc/apk/keys ${url}/acme/${keyFileName}
  echo ${visibility === 'public' ? url : url.replace('//', '//user:$READ@')}/acme/v3.22/main >> /etc/apk/repositories
  apk update
`;
}
