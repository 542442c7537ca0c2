import { createHash } from 'node:crypto';
import { readIndexSignatures } from '#apk/index-signatures.ts';
import { isSignatureOf } from '#apk/public-key.ts';
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

/**
 * Whether an index has the signature of each of `signers`, and no other: not that of a retired key, either.
 * @throws ApkFormatError when its first member cannot be read
 */
export async function isSignedBy(signers: readonly Signer[], index: Uint8Array): Promise<boolean> {
  const { signatures, signed } = await readIndexSignatures(index);
  if (signatures.size !== signers.length) return false;
  for (const signer of signers) {
    const signature = signatures.get(`.SIGN.RSA256.${await signer.keyFileName()}`);
    if (signature === undefined) return false;
    if (!isSignatureOf(await signer.publicKey(), 'RSA256', signature, signed)) return false;
  }
  return true;
}
