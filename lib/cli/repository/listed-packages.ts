import { quote } from '#apk/apk-format-error.ts';
import type { IndexEntry } from '#apk/index-entry.ts';
import { isArchitecture, isPackageName } from '#apk/names.ts';
import { packageFile } from '#registry/object-keys.ts';
import type { ReadIndex } from './read-index.ts';
import { RepositoryFault } from './repository-fault.ts';

/** A package that one or several indexes list. */
export interface ListedPackage {
  /** `{arch}/{file}`, where apk fetches it: what runs everywhere under `noarch`, whatever the index. */
  path: string;
  /** Where mirrors keep it that know no `noarch`; the same where it is not noarch. */
  ownPath: string;
  entry: IndexEntry;
}

/** What a list of packages comes to. */
export interface Listing {
  /** Each once, as long as all indexes say the same of it. */
  packages: ListedPackage[];
  faults: { file: string; fault: RepositoryFault }[];
}

/** The packages of some indexes, and what of these no client could use. */
export function listPackages(indexes: readonly ReadIndex[]): Listing {
  const packages = new Map<string, ListedPackage>();
  const faults: Listing['faults'] = [];
  for (const { arch, entries } of indexes) {
    for (const entry of entries) {
      const fault = faultIn(entry);
      const file = packageFile(entry.info);
      const path = `${entry.info.arch}/${file}`;
      if (fault !== undefined) faults.push({ file: `${arch}/${quote(file)}`, fault });
      else
        packages.set(`${path} ${entry.checksum} ${entry.size}`, { path, ownPath: `${arch}/${file}`, entry });
    }
  }
  return { packages: [...packages.values()], faults };
}

/** Names become paths, so that they are looked at before anything is asked for. */
function faultIn({ checksum, info: { name, version, arch } }: IndexEntry): RepositoryFault | undefined {
  if (!isPackageName(name)) return new RepositoryFault('bad-entry', `has no package's name: ${quote(name)}`);
  if (!/^[0-9][A-Za-z0-9._~+-]*$/.test(version))
    return new RepositoryFault('bad-entry', `has no version: ${quote(version)}`);
  if (!isArchitecture(arch)) return new RepositoryFault('bad-entry', `has no architecture: ${quote(arch)}`);
  if (!/^Q1[A-Za-z0-9+/]{27}=$/.test(checksum))
    return new RepositoryFault('bad-entry', `has no checksum of a version 2 package: ${quote(checksum)}`);
  return undefined;
}
