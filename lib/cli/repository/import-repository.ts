import type { PackageWarning } from '#apk/faults.ts';
import { groupBy } from '#registry/group-by.ts';
import type { RepositoryName } from '#registry/ports.ts';
import type { ApiClient } from '../api-client.ts';
import { inParallel } from '../in-parallel.ts';
import type { RetryOptions } from '../retry.ts';
import { readDestination } from './destination.ts';
import { type ImportOutcome, PackageImport, StoppedError } from './import-package.ts';
import { NoarchBuilds } from './noarch-builds.ts';
import { Patience } from './patience.ts';
import type { Repository } from './repository.ts';
import { readSource, type SourcePackage } from './source-packages.ts';
import type { Trust } from './trust-options.ts';

export interface ImportOptions {
  trust: Trust;
  /** `undefined` for those that the source has. */
  architectures: readonly string[] | undefined;
  /** Packages at a time. */
  jobs: number;
  /** Nothing is published, and of what an index lists nothing fetched. */
  dryRun: boolean;
  /** Where files are put on their way. */
  folder: string;
  signal: AbortSignal;
  onRetry: NonNullable<RetryOptions['onRetry']>;
}

/** What somebody who waits for the outcome is told on the way; files are `{arch}/{file}`. */
export interface ImportListener {
  outcome(file: string, outcome: ImportOutcome, bytes: number): void;
  fault(file: string, fault: Error): void;
  warning(file: string, warning: PackageWarning): void;
  /** An index of the destination cannot be read, so that what it lists is sent again. */
  unreadable(file: string, fault: Error): void;
}

export interface Target {
  repository: RepositoryName;
  client: ApiClient;
}

/**
 * Publishes what another repository has; a package that cannot be does not keep the others. What is there already is
 * known by its checksum, so that an import that was interrupted goes on where it was.
 * @throws UnreachableError when one of the two does not answer (any more); RefusalError when the registry takes
 *   nothing from this token; the signal's reason
 */
export async function importRepository(
  from: Repository,
  to: Target,
  options: ImportOptions,
  listener: ImportListener,
): Promise<void> {
  const { jobs, signal: interrupt, onRetry } = options;
  const source = await readSource(from, options);
  for (const { file, fault } of source.faults) listener.fault(file, fault);
  const wanted = { architectures: source.architectures, signal: interrupt, onRetry };
  const there = await readDestination(to.repository, to.client, wanted);
  for (const { file, fault } of there.faults) listener.unreadable(file, fault);

  const failed = new AbortController();
  const signal = AbortSignal.any([interrupt, failed.signal]);
  const builds = new NoarchBuilds(source.packages);
  const work = new PackageImport({ from, to, there, builds, listener }, { ...options, signal });
  const patience = new Patience();
  const importOne = async (each: SourcePackage) => {
    try {
      await work.run(each);
      patience.answered();
    } catch (error) {
      if (signal.aborted) return;
      try {
        listener.fault(each.paths[0], patience.bear(error));
      } catch (reason) {
        failed.abort(reason instanceof StoppedError ? reason.cause : reason);
      }
    }
  };
  await inParallel(groupByFile(source.packages), jobs, async (packages) => {
    for (const each of packages) if (!signal.aborted) await importOne(each);
  });
  signal.throwIfAborted();
}

/** Those of one name and version, which may be builds of one noarch package: the registry takes one at a time. */
function groupByFile(packages: readonly SourcePackage[]): SourcePackage[][] {
  return [...groupBy(packages, ({ paths: [path] }) => path.slice(path.indexOf('/') + 1)).values()];
}
