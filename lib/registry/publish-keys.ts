import { createHash } from 'node:crypto';
import { publicKeyKey } from './object-keys.ts';
import type { PackageBucket, Signer } from './ports.ts';

const KEY_HEADERS = { contentType: 'application/x-pem-file', cacheControl: 'max-age=86400' };

/** Puts the public half of every signing key beside an owner's branches, where a mirror and `wget -P` find it. */
export async function publishKeys(
  owner: string,
  signers: readonly Signer[],
  packages: PackageBucket,
): Promise<void> {
  await Promise.all(
    signers.map(async (signer) => {
      const body = Buffer.from(await signer.publicKey());
      const sha256 = createHash('sha256').update(body).digest('hex');
      const key = publicKeyKey(owner, await signer.keyFileName());
      await packages.put(key, { body, sha256, ...KEY_HEADERS }, { absent: true });
    }),
  );
}
