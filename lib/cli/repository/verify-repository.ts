import type { PackageWarning } from '#apk/faults.ts';
import type { PackageReport } from '#apk/package.ts';
import { INDEX_FILE } from '#registry/object-keys.ts';
import { type RetryOptions, retry } from '../connection/retry.ts';
import { inParallelUntilFailure } from '../terminal/in-parallel-until-failure.ts';
import { checkPackage } from './check-package.ts';
import { type ListedPackage, listPackages } from './listed-packages.ts';
import { Patience } from './patience.ts';
import type { ReadIndex } from './read-index.ts';
import { readIndexes } from './read-indexes.ts';
import type { Repository } from './repository.ts';
import { RepositoryFault } from './repository-fault.ts';
import type { Trust } from './trust-options.ts';

export interface VerifyOptions extends RetryOptions {
  trust: Trust;
  /** `undefined` for those that the repository has. */
  architectures: readonly string[] | undefined;
  /** Packages at a time. */
  jobs: number;
}

/** What somebody who waits for the outcome is told on the way. */
export interface VerifyListener {
  index(index: ReadIndex): void;
  /** How many of the packages were read. */
  progress(done: number, total: number): void;
  /** @param file `{arch}/{file}` */
  fault(file: string, fault: Error): void;
  warning(file: string, warning: Pick<PackageWarning, 'message'> & { code: string }): void;
}

export interface VerifyTotals {
  indexes: number;
  /** Packages that were read, each once. */
  packages: number;
  /** Of those packages. */
  bytes: number;
}

/**
 * Checks all that apk would check of a repository: its indexes, and every package that they list.
 * @throws UnreachableError when it does not answer (any more); the signal's reason
 */
export async function verifyRepository(
  repository: Repository,
  { trust, architectures, jobs, signal: interruption, onRetry }: VerifyOptions,
  listener: VerifyListener,
): Promise<VerifyTotals> {
  const wanted = { keys: trust.keys, architectures, signal: interruption, onRetry };
  const read = await readIndexes(repository, wanted);
  for (const { file, fault } of read.faults) listener.fault(file, fault);
  for (const index of read.indexes) tellOf(index, trust, listener);
  const trusted = read.indexes.filter(({ distrust }) => trust.allowUntrusted || distrust === undefined);
  const { packages, faults } = listPackages(trusted);
  for (const { file, fault } of faults) listener.fault(file, fault);

  const totals: VerifyTotals = { indexes: read.indexes.length, packages: 0, bytes: 0 };
  const patience = new Patience();
  listener.progress(0, packages.length);
  await inParallelUntilFailure(packages, jobs, interruption, async (listed, signal) => {
    try {
      const work = () => verifyPackage(repository, listed, signal);
      const { size, warnings } = await retry(work, { signal, onRetry });
      totals.bytes += size;
      for (const warning of warnings) listener.warning(listed.path, warning);
      patience.answered();
    } catch (error) {
      signal.throwIfAborted();
      listener.fault(listed.path, patience.bear(error));
    }
    totals.packages += 1;
    listener.progress(totals.packages, packages.length);
  });
  return totals;
}

function tellOf(index: ReadIndex, { allowUntrusted }: Trust, listener: VerifyListener): void {
  listener.index(index);
  const file = `${index.arch}/${INDEX_FILE}`;
  if (index.distrust !== undefined) listener[allowUntrusted ? 'warning' : 'fault'](file, index.distrust);
  for (const fault of index.faults) listener.fault(file, new RepositoryFault('bad-entry', fault));
}

async function verifyPackage(
  repository: Repository,
  { path, entry }: ListedPackage,
  signal: AbortSignal,
): Promise<PackageReport> {
  const file = await repository.open(path, signal);
  if (file === undefined) throw new RepositoryFault('missing', 'is not there, though the index lists it');
  return checkPackage(file, entry);
}
