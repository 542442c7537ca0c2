import type { IndexEntry } from '#apk/index-entry.ts';
import { INDEX_FILE } from '#registry/object-keys.ts';
import type { RetryOptions } from '../connection/retry.ts';
import { FolderRepository } from './folder-repository.ts';
import { type ListedPackage, listPackages } from './listed-packages.ts';
import type { ReadIndex } from './read-index.ts';
import { readIndexes } from './read-indexes.ts';
import type { Repository } from './repository.ts';
import { RepositoryFault } from './repository-fault.ts';
import type { Trust } from './trust-options.ts';

/** A package that is to be imported. */
export interface SourcePackage {
  /** `{arch}/{file}`: where it is, for those who know of `noarch` and for those who don't. */
  paths: readonly [string, ...string[]];
  /** What the index says of it; `undefined` in a folder that has none. */
  entry: IndexEntry | undefined;
}

export interface Source {
  packages: SourcePackage[];
  /** The architectures that it has. */
  architectures: string[];
  faults: { file: string; fault: Error }[];
}

interface SourceOptions extends RetryOptions {
  trust: Trust;
  architectures: readonly string[] | undefined;
}

/**
 * What a repository has to import: what its trusted indexes list; in a folder without any, what lies in it.
 * @throws UnreachableError; the signal's reason
 */
export async function readSource(repository: Repository, options: SourceOptions): Promise<Source> {
  const { trust, architectures, ...retries } = options;
  const wanted = architectures ?? (await repository.architectures());
  if (repository instanceof FolderRepository && !(await hasIndex(repository, wanted)))
    return readUnlisted(repository, wanted);
  const { indexes, faults } = await readIndexes(repository, { keys: trust.keys, architectures, ...retries });
  const trusted = indexes.filter(({ distrust }) => trust.allowUntrusted || distrust === undefined);
  const listed = listPackages(trusted);
  return {
    packages: listed.packages.map(sourceOf),
    architectures: indexes.map(({ arch }) => arch),
    faults: [...faults, ...indexes.flatMap((index) => faultsOf(index, trust)), ...listed.faults],
  };
}

async function hasIndex(folder: FolderRepository, architectures: readonly string[]): Promise<boolean> {
  const opened = await Promise.all(architectures.map((arch) => folder.open(`${arch}/${INDEX_FILE}`)));
  for (const index of opened) index?.discard();
  return opened.some((index) => index !== undefined);
}

async function readUnlisted(folder: FolderRepository, architectures: readonly string[]): Promise<Source> {
  const packages: SourcePackage[] = [];
  for (const arch of architectures) {
    const files = await folder.packageFiles(arch);
    packages.push(...files.map((file) => ({ paths: [`${arch}/${file}`] as const, entry: undefined })));
  }
  return { packages, architectures: [...architectures], faults: [] };
}

const sourceOf = ({ path, ownPath, entry }: ListedPackage): SourcePackage => ({
  paths: path === ownPath ? [path] : [path, ownPath],
  entry,
});

function faultsOf({ arch, distrust, faults }: ReadIndex, { allowUntrusted }: Trust): Source['faults'] {
  const file = `${arch}/${INDEX_FILE}`;
  const ofEntries = faults.map((message) => ({ file, fault: new RepositoryFault('bad-entry', message) }));
  return distrust === undefined || allowUntrusted ? ofEntries : [{ file, fault: distrust }, ...ofEntries];
}
