import type { Context, Hono } from 'hono';
import type { Signer } from '#registry/ports.ts';
import { parseRepository } from '#registry/repository-name.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { authorizeRead } from '../authorize-request.ts';
import { BUILDKITE_BRANCH } from '../describe-for-buildkite.ts';
import { describeKeys } from '../describe-keys.ts';
import { parseOrRefuse, refuseOtherMethods, refusePath } from '../paths.ts';
import { sendJson } from '../send-json.ts';

const KEY = '/api/packages/:owner/alpine/key';

/** Which keys sign, and the public key at Forgejo's address. */
export function addKeys(app: Hono, { signers }: ApiDependencies): void {
  app.get('/api/keys', async (context) => sendJson(context, { keys: await describeKeys(signers) }));
  app.all('/api/keys', refuseOtherMethods('GET, HEAD'));
  app.get(KEY, (context) => {
    authorizeRead(context.req.param('owner'));
    return sendKey(context, signers);
  });
  app.all(KEY, refuseOtherMethods('GET, HEAD'));
}

/** The same key, at the addresses next to the files. */
export function addKeyAliases(app: Hono, { signers }: ApiDependencies): void {
  app.get('/:owner/key', (context) => {
    parseOrRefuse(context, () => authorizeRead(context.req.param('owner')));
    return sendKey(context, signers);
  });
  app.get('/:owner/:registry/rsakey', (context) => {
    const { owner, registry } = context.req.param();
    parseOrRefuse(context, () =>
      parseRepository({ owner: authorizeRead(owner), branch: BUILDKITE_BRANCH, repository: registry }),
    );
    return sendKey(context, signers);
  });
  // The bucket has it too, from an owner's first index on; a client may be set up before.
  app.get('/:owner/:keyFile', async (context) => {
    const { owner, keyFile } = context.req.param();
    parseOrRefuse(context, () => authorizeRead(owner));
    for (const signer of signers) {
      if ((await signer.keyFileName()) === keyFile) return sendKey(context, [signer]);
    }
    return refusePath(context);
  });
  for (const path of ['/:owner/key', '/:owner/:registry/rsakey']) {
    app.all(path, refuseOtherMethods('GET, HEAD'));
  }
}

/** apk finds a key by its file name, and `curl -JO` saves it under the name that stands here. */
async function sendKey(context: Context, [signer]: readonly Signer[]): Promise<Response> {
  if (signer === undefined) throw new Error('The API was started without a signer.');
  const [name, pem] = await Promise.all([signer.keyFileName(), signer.publicKey()]);
  return context.body(pem, 200, {
    'Content-Type': 'application/x-pem-file',
    'Content-Disposition': `attachment; filename="${name}"`,
  });
}
