import { createPublicKey } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UsageError } from '../command.ts';

/** PEM by the name that apk finds it by: that of its file. */
export type PublicKeys = ReadonlyMap<string, string>;

const KEY_FILE = /\.rsa\.pub$/;

/**
 * Reads public keys as apk keeps them: each path is such a file, or a folder of them.
 * @throws UsageError
 */
export async function readKeys(paths: readonly string[]): Promise<PublicKeys> {
  const files = (await Promise.all(paths.map(filesAt))).flat();
  const keys = await Promise.all(files.map(async (file) => [basename(file), await readKey(file)] as const));
  return new Map(keys);
}

async function filesAt(path: string): Promise<string[]> {
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined) throw new UsageError(`--keys ${path}: there is no such file or folder.`);
  if (!stats.isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => KEY_FILE.test(name));
  if (names.length > 0) return names.map((name) => join(path, name));
  throw new UsageError(`--keys ${path}: the folder has no *.rsa.pub.`);
}

async function readKey(file: string): Promise<string> {
  try {
    const pem = await readFile(file, 'utf8');
    createPublicKey(pem);
    return pem;
  } catch (error) {
    throw new UsageError(`--keys ${file}: not a public key: ${(error as Error).message}`);
  }
}
