import { NOARCH } from '#apk/names.ts';
import { packageFile } from '#registry/object-keys.ts';
import { RefusalError } from '../connection/refusal.ts';
import { retry } from '../connection/retry.ts';
import { publishFile } from '../publish/publish-file.ts';
import type { Destination } from './destination.ts';
import { type FetchedPackage, fetchPackage } from './fetch-package.ts';
import type { ImportListener, ImportOptions, Target } from './import-repository.ts';
import type { NoarchBuilds } from './noarch-builds.ts';
import type { Repository } from './repository.ts';
import { RepositoryFault } from './repository-fault.ts';
import type { SourcePackage } from './source-packages.ts';

/** `another build`: what runs everywhere is there as another architecture has built it. */
export type ImportOutcome = 'published' | 'to be published' | 'already there' | 'another build is there';

/** The most that the registry takes in any way. */
const MAX_PACKAGE_BYTES = 50 * 1024 ** 3;

/** The registry would refuse all others, too; the cause says why. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

interface Parties {
  from: Repository;
  to: Target;
  there: Destination;
  builds: NoarchBuilds;
  listener: ImportListener;
}

/** Imports one package after the other, with what is the same for all. */
export class PackageImport {
  readonly #parties: Parties;
  readonly #options: ImportOptions;

  constructor(parties: Parties, options: ImportOptions) {
    this.#parties = parties;
    this.#options = options;
  }

  /** @throws StoppedError; RepositoryFault, ApkFormatError, RefusalError, UnreachableError; the signal's reason */
  async run(source: SourcePackage, signal: AbortSignal): Promise<void> {
    const { entry, paths } = source;
    const { listener, from } = this.#parties;
    if (entry !== undefined) {
      if (entry.size > MAX_PACKAGE_BYTES)
        throw new RepositoryFault(
          'too-large',
          `has ${entry.size} bytes; the registry takes ${MAX_PACKAGE_BYTES}`,
        );
      const known = this.#knownOutcome(packageFile(entry.info), entry.checksum);
      if (known !== undefined) return listener.outcome(paths[0], known, entry.size);
    }
    const { trust, folder, onRetry } = this.#options;
    const work = () => fetchPackage(from, source, { trust, folder, signal });
    const fetched = await retry(work, { signal, onRetry });
    try {
      for (const warning of fetched.report.warnings) listener.warning(paths[0], warning);
      listener.outcome(paths[0], await this.#publish(fetched, signal), fetched.report.size);
    } finally {
      await fetched.remove();
    }
  }

  #knownOutcome(file: string, checksum: string): ImportOutcome | undefined {
    const { there, builds } = this.#parties;
    if (there.has(file, checksum)) return 'already there';
    return builds.outcomeOf(file, checksum, there) ?? (this.#options.dryRun ? 'to be published' : undefined);
  }

  async #publish({ path, report }: FetchedPackage, signal: AbortSignal): Promise<ImportOutcome> {
    const { to, there, builds } = this.#parties;
    const { sha256, checksum, info } = report;
    const file = packageFile(info);
    const known = this.#knownOutcome(file, checksum);
    if (known !== undefined) return known;
    try {
      const { outcome } = await publishFile({ path, sha256 }, to.repository, to.client, { signal });
      if (info.arch === NOARCH) builds.published(file, checksum);
      return outcome;
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      if (error.status === 401 || error.code === 'forbidden') throw new StoppedError('', { cause: error });
      const isTaken = error.code === 'already-published' && info.arch === NOARCH;
      if (isTaken && builds.areInTheWay(file, there)) return 'another build is there';
      throw error;
    }
  }
}
