import type { KeyObject } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inOneChunk } from '#apk/byte-source.ts';
import type { IndexEntry } from '#apk/index-entry.ts';
import { readPackage } from '#apk/package.ts';
import { encodeIndex } from '#apk/package-index.ts';
import { packageFile } from '#registry/object-keys.ts';
import { signatureMember } from './build-package.ts';
import { rsaKey } from './once-a-run/rsa-key.ts';

/** Who signs indexes elsewhere. */
export interface ForeignKey {
  keyFileName: string;
  privateKey: KeyObject;
  /** Where its public key is, as /etc/apk/keys has it. */
  path: string;
}

/** Takes the key of that name, and writes its public half into `folder`. */
export async function makeKey(
  folder: string,
  keyFileName = 'jo@example.com-5f0c4c6e.rsa.pub',
): Promise<ForeignKey> {
  const { publicKey, privateKey } = rsaKey(keyFileName);
  const path = join(folder, keyFileName);
  await mkdir(folder, { recursive: true });
  await writeFile(path, publicKey.export({ type: 'spki', format: 'pem' }));
  return { keyFileName, privateKey, path };
}

export interface IndexContents {
  packages: readonly Uint8Array[];
  /** Nobody signs without one. */
  key?: ForeignKey;
  algorithm?: 'RSA' | 'RSA256';
  /** Says something else of a package than what is so. */
  edit?: (entry: IndexEntry) => IndexEntry;
  /** What stands in the index besides, for packages that are not there. */
  more?: readonly IndexEntry[];
}

/** Writes an index of `{folder}/{arch}`, and the packages where apk fetches them. */
export async function writeForeignIndex(
  folder: string,
  arch: string,
  contents: IndexContents,
): Promise<void> {
  const { packages, key, algorithm, edit = (entry) => entry, more = [] } = contents;
  const entries = await Promise.all(packages.map(entryOf));
  for (const [i, { info }] of entries.entries()) {
    const listed = edit(structuredClone(entries[i] as IndexEntry));
    await mkdir(join(folder, listed.info.arch), { recursive: true });
    await writeFile(join(folder, listed.info.arch, packageFile(info)), packages[i] as Uint8Array);
  }
  const index = await encodeIndex([...entries.map((entry) => edit(structuredClone(entry))), ...more], 'test');
  const signers = key === undefined ? [] : [{ ...key, ...(algorithm && { algorithm }) }];
  await mkdir(join(folder, arch), { recursive: true });
  await writeFile(
    join(folder, arch, 'APKINDEX.tar.gz'),
    Buffer.concat([await signatureMember(index, signers), index]),
  );
}

/** What an index says of a package. */
export async function entryOf(file: Uint8Array): Promise<IndexEntry> {
  const { info, checksum, size } = await readPackage(inOneChunk(file));
  return { info, checksum, size };
}
