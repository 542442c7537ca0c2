import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
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

/** Makes one; those that killed processes left behind are removed. */
export async function openWorkingFolder(): Promise<WorkingFolder> {
  await removeAbandoned();
  const path = await mkdtemp(join(tmpdir(), PREFIX));
  const lock = await lockFolder(path);
  return {
    path,
    async remove() {
      await lock.close();
      await rm(path, { recursive: true, force: true });
    },
  };
}

async function removeAbandoned(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX));
  await Promise.all(names.map((name) => removeIfAbandoned(join(tmpdir(), name)).catch(() => {})));
}

/** Without a lock it may be somebody's who is about to lock it. @throws Error where somebody has it, or may alone remove it */
async function removeIfAbandoned(path: string): Promise<void> {
  await stat(join(path, LOCK));
  const lock = await lockFolder(path);
  await lock.close();
  await rm(path, { recursive: true, force: true });
}
