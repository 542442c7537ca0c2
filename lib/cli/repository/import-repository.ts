import type { PackageWarning } from '#apk/faults.ts';
import { groupBy } from '#registry/group-by.ts';
import type { RepositoryName } from '#registry/ports.ts';
import type { ApiClient } from '../connection/api-client.ts';
import type { RetryOptions } from '../connection/retry.ts';
import { inParallelUntilFailure } from '../terminal/in-parallel-until-failure.ts';
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
  /** How many of the packages are done with. */
  progress(done: number, total: number): void;
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
  const { jobs, signal: interruption, onRetry } = options;
  const source = await readSource(from, options);
  for (const { file, fault } of source.faults) listener.fault(file, fault);
  const wanted = { architectures: source.architectures, signal: interruption, onRetry };
  const there = await readDestination(to.repository, to.client, wanted);
  for (const { file, fault } of there.faults) listener.unreadable(file, fault);

  const builds = new NoarchBuilds(source.packages);
  const work = new PackageImport({ from, to, there, builds, listener }, options);
  const patience = new Patience();
  const total = source.packages.length;
  let done = 0;
  listener.progress(done, total);
  await inParallelUntilFailure(groupByFile(source.packages), jobs, interruption, async (packages, signal) => {
    for (const each of packages) {
      try {
        await work.run(each, signal);
        patience.answered();
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof StoppedError) throw error.cause;
        listener.fault(each.paths[0], patience.bear(error));
      }
      done += 1;
      listener.progress(done, total);
    }
  });
}

/** Those of one name and version, which may be builds of one noarch package: the registry takes one at a time. */
function groupByFile(packages: readonly SourcePackage[]): SourcePackage[][] {
  return [...groupBy(packages, ({ paths: [path] }) => path.slice(path.indexOf('/') + 1)).values()];
}
