import { lstat, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';

export interface PackagedFile {
  path: string;
  /** Of a regular file. */
  content?: Buffer;
  /** Of a symbolic link. */
  target?: string;
}

/** What a package installs, read by others' code: gunzip joins its members, and their pieces are one tar stream. */
export async function filesOf(package_: Uint8Array): Promise<PackagedFile[]> {
  const files: PackagedFile[] = [];
  const tar = extract();
  tar.end(gunzipSync(package_));
  for await (const entry of tar) {
    const { name, type, linkname } = entry.header;
    const parts: Buffer[] = [];
    for await (const part of entry) parts.push(part as Buffer);
    if (name.startsWith('.')) continue;
    if (type === 'file') files.push({ path: name, content: Buffer.concat(parts) });
    if (type === 'symlink') files.push({ path: name, target: linkname ?? '' });
  }
  return files;
}

/** The same files as they are on the disk under `root`. */
export function readInstalled(root: string, files: readonly PackagedFile[]): Promise<PackagedFile[]> {
  return Promise.all(
    files.map(async ({ path }) => {
      const onDisk = join(root, path);
      const isLink = (await lstat(onDisk)).isSymbolicLink();
      return isLink ? { path, target: await readlink(onDisk) } : { path, content: await readFile(onDisk) };
    }),
  );
}
