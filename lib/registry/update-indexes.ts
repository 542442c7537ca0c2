import { NOARCH } from '#apk/names.ts';
import { groupBy } from './group-by.ts';
import { distinctFiles, indexKey, packageKey } from './object-keys.ts';
import type { Observer } from './observer.ts';
import type { IndexName, PackageFileName, Records } from './ports.ts';
import { finishDeletes, settleFiles } from './settle-files.ts';
import { type IndexPorts, updateIndex } from './update-index.ts';

/** Somebody says that a file's object was stored or removed; which of the two is read from the stores. */
export interface Change {
  /** What to report when the change could not be handled. */
  id: string;
  file: PackageFileName;
  /** When it was made, epoch milliseconds, if that is known. */
  announcedAt?: number | undefined;
  /** Somebody was told of it before, who may have died having written an index, before looking at it again. */
  isRedelivered?: boolean;
}

export interface IndexFailure {
  /** The index's object key; its repository, if not even its files' records and objects could be read. */
  index: string;
  error: unknown;
  files: readonly PackageFileName[];
}

export interface IndexUpdates {
  /** Ids of the changes to bring again. */
  failed: string[];
  failures: IndexFailure[];
  /** Keys of objects without a record; they are never listed. */
  orphans: string[];
}

/**
 * Brings every index that the changes concern up to date (DESIGN "A package's life", Index). Changes
 * may come late, twice and in any order: what is listed is decided by the records and objects alone.
 */
export async function updateIndexes(changes: readonly Change[], ports: IndexPorts): Promise<IndexUpdates> {
  const failures: IndexFailure[] = [];
  const orphans: string[] = [];
  for (const [repository, inRepository] of groupBy(changes, ({ file }) => repositoryOf(file))) {
    const files = distinctFiles(inRepository.map(({ file }) => file));
    const redelivered = keysOf(inRepository.filter(({ isRedelivered }) => isRedelivered));
    try {
      const outcome = await updateRepository(files, redelivered, ports);
      observeIndexed(inRepository, outcome.failures, ports.observer);
      failures.push(...outcome.failures);
      orphans.push(...outcome.orphans);
    } catch (error) {
      // One repository must not hold up the changes of the others in its batch.
      failures.push({ index: repository, error, files });
    }
  }
  const failedKeys = keysIn(failures);
  const failed = changes.filter(({ file }) => failedKeys.has(packageKey(file))).map(({ id }) => id);
  return { failed, failures, orphans };
}

const keysOf = (changes: readonly Change[]) => new Set(changes.map(({ file }) => packageKey(file)));

const keysIn = (failures: readonly IndexFailure[]) =>
  new Set(failures.flatMap(({ files }) => files.map(packageKey)));

function observeIndexed(
  changes: readonly Change[],
  failures: readonly IndexFailure[],
  observer: Observer,
): void {
  const failedKeys = keysIn(failures);
  for (const { file, announcedAt } of changes) {
    if (announcedAt === undefined || failedKeys.has(packageKey(file))) continue;
    observer.changeIndexed(file, announcedAt);
  }
}

const repositoryOf = ({ owner, branch, repository }: PackageFileName) => `${owner}/${branch}/${repository}`;

async function updateRepository(
  files: readonly PackageFileName[],
  redelivered: ReadonlySet<string>,
  ports: IndexPorts,
): Promise<Pick<IndexUpdates, 'failures' | 'orphans'>> {
  const failures: IndexFailure[] = [];
  const settled = await settleFiles(files, ports);
  const updates = (await touchedIndexes(files, ports.records)).map(async ({ index, touched }) => {
    const isAgain = touched.some((file) => redelivered.has(packageKey(file)));
    try {
      await updateIndex(index, isAgain ? 'everything' : touched, ports);
    } catch (error) {
      failures.push({ index: indexKey(index), error, files: touched });
    }
  });
  await Promise.all(updates);
  const unfinished = new Set(failures.flatMap((failure) => failure.files));
  await finishDeletes(
    settled.filter(({ file }) => !unfinished.has(file)),
    ports,
  );
  return {
    failures,
    orphans: settled.filter(({ isOrphan }) => isOrphan).map(({ file }) => packageKey(file)),
  };
}

interface TouchedIndex {
  index: IndexName;
  touched: PackageFileName[];
}

/**
 * A native file is listed in the index of its architecture, a noarch one in all of its repository. The
 * architectures are read after the files' records: one that is claimed later rebuilds its own index later.
 */
async function touchedIndexes(files: readonly PackageFileName[], records: Records): Promise<TouchedIndex[]> {
  const { owner, branch, repository } = files[0] as PackageFileName;
  const architectures = new Set(files.map(({ arch }) => arch));
  if (architectures.has(NOARCH)) {
    for (const arch of await records.architectures({ owner, branch, repository })) architectures.add(arch);
  }
  return [...architectures].map((arch) => ({
    index: { owner, branch, repository, arch },
    touched: files.filter((file) => file.arch === arch || file.arch === NOARCH),
  }));
}
