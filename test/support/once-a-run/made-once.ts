import { existsSync } from 'node:fs';
import { mkdir, rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '#test/support/until.ts';
import { runFolder } from './run-folder.ts';

const MAKING_SECONDS = 150;

/**
 * What takes seconds to make and is the same for every test, made by the first that asks for it in a run.
 * @param make makes a file or a folder at the path that it is given
 * @returns where it is, until the run ends
 */
export async function madeOnce(name: string, make: (path: string) => Promise<void>): Promise<string> {
  const path = join(runFolder(), name);
  const claim = `${path}.claim`;
  let isMaker = false;
  const isMadeOrMine = async () => {
    if (existsSync(path)) return true;
    isMaker = await makesFolder(claim);
    return isMaker;
  };
  await until(`${name} is made`, isMadeOrMine, MAKING_SECONDS);
  if (!isMaker) return path;
  try {
    // Another one may have ended between the look and the claim.
    if (existsSync(path)) return path;
    await make(`${path}.draft`);
    await rename(`${path}.draft`, path);
    return path;
  } finally {
    await rmdir(claim);
  }
}

/** Of many that ask at once, one is told that it has. */
const makesFolder = (path: string): Promise<boolean> =>
  mkdir(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
