import type { Context, Hono } from 'hono';
import { publicKeyKey } from '#registry/object-keys.ts';
import type { PackageBucket, Signer } from '#registry/ports.ts';
import { parseRepository } from '#registry/repository-name.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { authorizeRead } from '../authorize-request.ts';
import { BUILDKITE_BRANCH } from '../describe-for-buildkite.ts';
import { describeKeys } from '../describe-keys.ts';
import { parseOrRefuse, refuseOtherMethods, refusePath } from '../paths.ts';
import { sendJson } from '../send-json.ts';

const KEY = '/api/packages/:owner/alpine/key';

const KEY_TYPE = 'application/x-pem-file';

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
export function addKeyAliases(app: Hono, { signers, packages }: ApiDependencies): void {
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
  // CloudFront's viewer function asks here for /:owner/:keyFile, which the bucket has once there is an owner.
  app.get('/:owner/key/:keyFile', async (context) => {
    const { owner, keyFile } = context.req.param();
    const name = parseOrRefuse(context, () => authorizeRead(owner));
    for (const signer of signers) {
      if ((await signer.keyFileName()) === keyFile) return sendKey(context, [signer]);
    }
    return sendRetiredKey(context, publicKeyKey(name, keyFile), packages);
  });
  for (const path of ['/:owner/key', '/:owner/:registry/rsakey']) {
    app.all(path, refuseOtherMethods('GET, HEAD'));
  }
}

/** A key that signs no more, but has signed what some machine may still have. */
async function sendRetiredKey(context: Context, key: string, packages: PackageBucket): Promise<Response> {
  const stored = isKeyFileName(key) ? await packages.get(key) : undefined;
  if (stored === undefined) return refusePath(context);
  return context.body(Buffer.from(stored.body).toString(), 200, { 'Content-Type': KEY_TYPE });
}

const isKeyFileName = (key: string): boolean => /^[^/]+\/[A-Za-z0-9.-]+-[0-9a-f]{8}\.rsa\.pub$/.test(key);

/** apk finds a key by its file name, and `curl -JO` saves it under the name that stands here. */
async function sendKey(context: Context, [signer]: readonly Signer[]): Promise<Response> {
  if (signer === undefined) throw new Error('The API was started without a signer.');
  const [name, pem] = await Promise.all([signer.keyFileName(), signer.publicKey()]);
  return context.body(pem, 200, {
    'Content-Type': KEY_TYPE,
    'Content-Disposition': `attachment; filename="${name}"`,
  });
}
