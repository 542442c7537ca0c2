import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openFolder, writeFileAtomically } from './atomic-file.ts';

export interface KeyPair {
  privateKey: KeyObject;
  publicKey: KeyObject;
}

/**
 * Reads the RSA keys of a folder, `{key id}.pem` in PKCS #8, readable by their owner alone; makes the missing.
 * @returns by key id
 */
export async function openKeys(folder: string, keyIds: readonly string[]): Promise<Map<string, KeyPair>> {
  const files = new Set(await openFolder(folder));
  const keys = new Map<string, KeyPair>();
  for (const keyId of keyIds) {
    const path = join(folder, `${keyId}.pem`);
    if (!files.has(`${keyId}.pem`)) await writeFileAtomically(path, await makePrivateKey(), 0o600);
    const privateKey = createPrivateKey(await readFile(path));
    keys.set(keyId, { privateKey, publicKey: createPublicKey(privateKey) });
  }
  return keys;
}

async function makePrivateKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 4096 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
