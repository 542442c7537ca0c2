import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { rsaKey } from './once-a-run/rsa-key.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A new folder for a registry to keep everything in, with its signing key, and what removes it. */
export async function registryFolder(): Promise<{ folder: string; remove(): Promise<void> }> {
  const { folder, remove } = await temporaryFolder();
  await giveSigningKey(folder);
  return { folder, remove };
}

/** Puts a key where a registry would make one of its own, which takes a second each time. */
export async function giveSigningKey(folder: string): Promise<void> {
  await mkdir(join(folder, 'keys'), { recursive: true, mode: 0o700 });
  await cp(rsaKey('signing-key', 4096).path, join(folder, 'keys/signing-key.pem'));
}
