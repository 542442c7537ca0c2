import { pack } from 'tar-stream';
import type { TarFile } from './tar.ts';
import { RECORD_BYTES } from './tar-header.ts';

const END_OF_ARCHIVE_BYTES = 2 * RECORD_BYTES;

/** A tar stream of regular files, the same bytes for the same files; `cut` leaves out the end-of-archive blocks. */
export async function packTar(files: readonly TarFile[], { cut }: { cut: boolean }): Promise<Buffer> {
  const stream = pack();
  for (const { name, body } of files) stream.entry(entryOf(name), Buffer.from(body));
  stream.finalize();
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  const bytes = Buffer.concat(parts);
  return cut ? bytes.subarray(0, -END_OF_ARCHIVE_BYTES) : bytes;
}

/** What `packTar` writes before the body of a file. */
export async function packTarHeader(name: string, size: number): Promise<Buffer> {
  const stream = pack();
  stream.entry({ ...entryOf(name), size });
  for await (const part of stream) return part as Buffer;
  throw new TypeError('tar-stream wrote no header');
}

/** What `packTar` writes after the body of the last file. */
export const tarTail = (size: number): Buffer =>
  Buffer.alloc((-size & (RECORD_BYTES - 1)) + END_OF_ARCHIVE_BYTES);

const entryOf = (name: string) => ({ name, mode: 0o644, mtime: new Date(0), uname: 'root', gname: 'root' });
