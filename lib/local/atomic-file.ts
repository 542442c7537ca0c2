import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const TEMPORARY = '.tmp-';

/** A name in `folder` for a file that nobody may see yet; `openFolder` removes it after a crash. */
export const temporaryFile = (folder: string) => join(folder, `${TEMPORARY}${randomUUID()}`);

/** Writes a file such that a reader, or the next start after `kill -9`, finds all of it or none of it. */
export async function writeFileAtomically(path: string, content: string | Uint8Array, mode = 0o644) {
  const temporary = temporaryFile(dirname(path));
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Makes renames and removals in `folder` survive a power cut; fsync(2): the file's own fsync does not. */
export async function syncFolder(folder: string) {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes `folder`, removes what a crash left half-written in it, and lists the files that are whole. */
export async function openFolder(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const names = await readdir(folder);
  const isTemporary = (name: string) => name.startsWith(TEMPORARY);
  await Promise.all(names.filter(isTemporary).map((name) => rm(join(folder, name), { force: true })));
  return names.filter((name) => !isTemporary(name)).sort();
}
