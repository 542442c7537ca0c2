import { once } from 'node:events';
import { startRegistry } from '#local/registry.ts';
import { keptToken } from '#local/token.ts';
import type { Visibility } from '#registry/readers.ts';
import { redactTokens } from '#registry/redact.ts';
import type { Settings } from './settings.ts';

/** Until SIGTERM or SIGINT. */
export async function runRegistry(
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
