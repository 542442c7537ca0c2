import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runFolder } from './run-folder.ts';

export interface RsaKey {
  privateKey: KeyObject;
  publicKey: KeyObject;
  /** PKCS #8 in PEM, for its owner alone. */
  path: string;
}

/** The key of that name and size, the same all through a run: to make one of 4096 bits takes a second of CPU. */
export function rsaKey(name: string, bits = 2048): RsaKey {
  const path = join(runFolder(), `${name}-${bits}.pem`);
  const privateKey = createPrivateKey(readKey(path) ?? makeKey(path, bits));
  return { privateKey, publicKey: createPublicKey(privateKey), path };
}

/** Of two that make it at once, both have the one that was there first. */
function makeKey(path: string, modulusLength: number): Buffer {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  unless('EEXIST', () => linkSync(draft, path));
  rmSync(draft);
  return readFileSync(path);
}

const readKey = (path: string) => unless('ENOENT', () => readFileSync(path));

/** @returns `undefined` when it fails with that code */
function unless<T>(code: string, act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== code) throw error;
    return undefined;
  }
}
