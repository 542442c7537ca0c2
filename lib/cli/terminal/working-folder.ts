import { lstat, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFolder } from '#local/folder-lock.ts';

const PREFIX = 'alpenglow-work-';
const LOCK = 'lock';

/** A folder for files that are on their way, of this process alone. */
export interface WorkingFolder {
  path: string;
  remove(): Promise<void>;
}

/** Makes one; those that killed processes left behind are removed. @param parent where everybody may make files */
export async function openWorkingFolder(parent = tmpdir()): Promise<WorkingFolder> {
  await removeAbandoned(parent);
  const path = await mkdtemp(join(parent, PREFIX));
  const lock = await lockFolder(path);
  return {
    path,
    async remove() {
      await lock.close();
      await rm(path, { recursive: true, force: true });
    },
  };
}

async function removeAbandoned(parent: string): Promise<void> {
  const names = (await readdir(parent)).filter((name) => name.startsWith(PREFIX));
  await Promise.all(names.map((name) => removeIfAbandoned(join(parent, name)).catch(() => {})));
}

/** Without a lock it may be somebody's who is about to lock it. @throws Error where somebody has it, or may alone remove it */
async function removeIfAbandoned(path: string): Promise<void> {
  if (!(await isOurs(path))) return;
  await stat(join(path, LOCK));
  const lock = await lockFolder(path);
  await lock.close();
  await rm(path, { recursive: true, force: true });
}

/** Anybody may put something here: a link to a folder of ours, or one whose files become such links while they are removed. */
async function isOurs(path: string): Promise<boolean> {
  const stats = await lstat(path);
  return stats.isDirectory() && stats.uid === process.getuid?.();
}
