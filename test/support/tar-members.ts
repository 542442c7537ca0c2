import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';

/** One entry as it is put into a tar stream; `content` only for files. */
export type TarEntry = Partial<Omit<Header, 'name'>> & { name: string; content?: string | Uint8Array };

/** The two blocks of zeros that end a tar stream, and that `abuild-tar --cut` takes off. */
export const END_OF_ARCHIVE = Buffer.alloc(1024);

const CHECKSUM_RECORD = 'APK-TOOLS.checksum.SHA1';

/** A tar stream without end-of-archive blocks; the same bytes for the same entries. */
export async function tarOf(entries: readonly TarEntry[]): Promise<Buffer> {
  const stream = pack();
  for (const { content, ...header } of entries) {
    const whole = { mtime: new Date(0), uname: 'root', gname: 'root', ...header };
    if (content === undefined) stream.entry(whole);
    else stream.entry(whole, Buffer.from(content));
  }
  stream.finalize();
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts).subarray(0, -END_OF_ARCHIVE.length);
}

/** One gzip member. */
export const gzipMember = (...parts: readonly Uint8Array[]): Buffer => gzipSync(Buffer.concat(parts));

/** A file with the SHA-1 that `abuild-tar --hash` writes. */
export function file(name: string, content: string | Uint8Array, header: Partial<TarEntry> = {}): TarEntry {
  const sha1 = createHash('sha1').update(content).digest('hex');
  return { name, content, mode: 0o644, pax: { [CHECKSUM_RECORD]: sha1 }, ...header };
}

/** A symbolic link with the SHA-1 of its target. */
export function symlink(name: string, target: string): TarEntry {
  const sha1 = createHash('sha1').update(target).digest('hex');
  return { name, type: 'symlink', linkname: target, mode: 0o777, pax: { [CHECKSUM_RECORD]: sha1 } };
}

export const directory = (name: string): TarEntry => ({ name, type: 'directory', mode: 0o755 });

/** The entries with each one's directories before it, as apk needs them. */
export function withDirectories(entries: readonly TarEntry[]): TarEntry[] {
  const known = new Set(entries.filter(({ type }) => type === 'directory').map(({ name }) => name));
  const all: TarEntry[] = [];
  for (const entry of entries) {
    const segments = entry.name.split('/').slice(0, -1);
    for (const [i] of segments.entries()) {
      const parent = segments.slice(0, i + 1).join('/');
      if (!known.has(parent)) all.push(directory(parent));
      known.add(parent);
    }
    all.push(entry);
  }
  return all;
}

/** Where a field stands in a header block. Source: POSIX.1-2017 pax "ustar Interchange Format". */
export const HEADER_FIELD = {
  name: 0,
  mode: 100,
  uid: 108,
  size: 124,
  typeflag: 156,
  linkname: 157,
  magic: 257,
  devmajor: 329,
  prefix: 345,
};

/** The tar stream with the text written over its header block at `at`, and a right checksum. */
export function patchHeader(tar: Uint8Array, field: keyof typeof HEADER_FIELD, text: string, at = 0): Buffer {
  const patched = Buffer.from(tar);
  const header = patched.subarray(at, at + 512);
  header.write(text, HEADER_FIELD[field], 'latin1');
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return patched;
}

/** An entry that only describes the next one, such as GNU's `L`. */
export async function extensionEntry(typeflag: string, body: string): Promise<Buffer> {
  const tar = await tarOf([{ name: '././@LongLink', content: body, mode: 0o644 }]);
  return patchHeader(tar, 'typeflag', typeflag);
}
