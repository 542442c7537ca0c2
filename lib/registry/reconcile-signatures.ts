import { createVerify } from 'node:crypto';
import { ByteSource } from '#apk/byte-source.ts';
import { readSmallMember } from '#apk/small-member.ts';
import type { Signer } from './ports.ts';

/**
 * Whether an index has the signature of each of `signers`, and no other: not that of a retired key, either.
 * @throws ApkFormatError when its first member cannot be read
 */
export async function isSignedBy(signers: readonly Signer[], index: Uint8Array): Promise<boolean> {
  const source = new ByteSource(once(index));
  const { files } = await readSmallMember(source);
  const signed = index.subarray(source.offset);
  const signatures = new Map(files.map(({ name, body }) => [name, body]));
  if (files.length !== signers.length) return false;
  for (const signer of signers) {
    const signature = signatures.get(`.SIGN.RSA256.${await signer.keyFileName()}`);
    if (signature === undefined) return false;
    const verify = createVerify('RSA-SHA256').update(signed);
    if (!verify.verify(await signer.publicKey(), signature)) return false;
  }
  return true;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
