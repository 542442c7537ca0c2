import { createHash } from 'node:crypto';
import { ByteSource, inOneChunk } from '#apk/byte-source.ts';
import { inflateMember } from '#apk/gzip-member.ts';
import { readTar } from '#apk/tar.ts';
import { encodeName, type TarType } from '#apk/tar-header.ts';

/** One entry of a package, as somebody who reads it sees it. */
export interface SeenEntry {
  type: TarType;
  /** Latin-1, a byte a character. */
  name: string;
  size: number;
  linkname: string;
  /** Of what is in a file; empty for the rest. */
  sha256: string;
}

/** Inflates all members, which are one tar stream, as apk reads a package. */
export async function inflateAll(file: Uint8Array): Promise<Buffer> {
  const source = new ByteSource(inOneChunk(file));
  const parts: Uint8Array[] = [];
  while ((await source.peek()) !== undefined) {
    for await (const bytes of inflateMember(source, { checkSize() {} })) parts.push(bytes);
  }
  return Buffer.concat(parts);
}

/** What our decoder sees in a tar stream. */
export async function seenByUs(tar: Uint8Array): Promise<SeenEntry[]> {
  const entries: SeenEntry[] = [];
  await readTar(inOneChunk(tar), ({ type, name, size, linkname }) => {
    const hash = createHash('sha256');
    const seen = { type, name: bytesOf(name), size, linkname: bytesOf(linkname) };
    return {
      onBytes: (bytes) => hash.update(bytes),
      onEnd: () => entries.push({ ...seen, sha256: type === 'file' ? hash.digest('hex') : '' }),
    };
  });
  return entries;
}

const bytesOf = (name: string) => encodeName(name).toString('latin1');
