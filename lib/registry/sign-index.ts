import { createHash } from 'node:crypto';
import { signatureMember } from '#apk/signature.ts';
import type { Signer } from './ports.ts';

/** The index as apk fetches it: the signatures of every active key, then the member they sign. */
export async function signIndex(body: Uint8Array, signers: readonly Signer[]): Promise<Buffer> {
  const digest = createHash('sha256').update(body).digest();
  const signatures = await Promise.all(
    signers.map(async (signer) => ({
      keyFileName: await signer.keyFileName(),
      signature: await signer.sign(digest),
    })),
  );
  return Buffer.concat([await signatureMember(signatures), body]);
}
