import { decodeIndex } from '#apk/package-index.ts';
import { indexKey, packageFile, parsePackageKey } from '#registry/object-keys.ts';
import type { IndexName, PackageFileName } from '#registry/ports.ts';
import type { Change } from '#registry/update-indexes.ts';
import type { RegistryPorts } from './registry-ports.ts';

/** The files an index lists, by name; `undefined` where there is no index. */
export async function listedIn(index: IndexName, { packages }: RegistryPorts): Promise<string[] | undefined> {
  const stored = await packages.get(indexKey(index));
  if (stored === undefined) return undefined;
  return (await decodeIndex(stored.body)).map(({ info }) => packageFile(info));
}

/** The notification of a change to one file. */
export const changeOf = (file: PackageFileName, id = 'change'): Change => {
  const { owner, branch, repository, arch, name, version } = file;
  return { id, file: { owner, branch, repository, arch, name, version } };
};

export const fileOf = (key: string): PackageFileName => {
  const file = parsePackageKey(key);
  if (file === undefined) throw new Error(`not a package key: ${key}`);
  return file;
};
