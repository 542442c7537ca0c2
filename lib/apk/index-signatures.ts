import { ByteSource, inOneChunk } from './byte-source.ts';
import { readSmallMember } from './small-member.ts';

export interface SignedIndex {
  /** By the name of their entry, `.SIGN.RSA256.{key file name}`; it may be another name in a foreign index. */
  signatures: ReadonlyMap<string, Uint8Array>;
  /** What they sign: all that follows their member, compressed. */
  signed: Uint8Array;
}

/**
 * Takes the signatures off an `APKINDEX.tar.gz`; they are not verified.
 * @throws ApkFormatError when its first member cannot be read
 */
export async function readIndexSignatures(index: Uint8Array): Promise<SignedIndex> {
  const source = new ByteSource(inOneChunk(index));
  const { files } = await readSmallMember(source);
  return {
    signatures: new Map(files.map(({ name, body }) => [name, body])),
    signed: index.subarray(source.offset),
  };
}
