import { generateKeyPair } from 'node:crypto';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { madeOnce } from './once-a-run/made-once.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A new folder for a registry to keep everything in, with its signing key, and what removes it. */
export async function registryFolder(): Promise<{ folder: string; remove(): Promise<void> }> {
  const { folder, remove } = await temporaryFolder();
  await giveSigningKey(folder);
  return { folder, remove };
}

/** Puts the key of this run where a registry would make one of its own, which takes a second each time. */
export async function giveSigningKey(folder: string): Promise<void> {
  await mkdir(join(folder, 'keys'), { recursive: true, mode: 0o700 });
  await cp(await madeOnce('signing-key.pem', makeKey), join(folder, 'keys/signing-key.pem'));
}

async function makeKey(path: string): Promise<void> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 4096 });
  await writeFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
}
