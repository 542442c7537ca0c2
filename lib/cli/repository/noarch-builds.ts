import { NOARCH } from '#apk/names.ts';
import { packageFile } from '#registry/object-keys.ts';
import type { Destination } from './destination.ts';
import type { ImportOutcome } from './import-package.ts';
import type { SourcePackage } from './source-packages.ts';

/**
 * Several builds of what runs everywhere. Alpine builds it on each architecture, and lists each build as of that
 * architecture (`apk index --rewrite-arch`); a registry that knows `noarch` keeps one.
 */
export class NoarchBuilds {
  /** Checksums by `{name}-{version}.apk`, of those that may be such builds. */
  readonly #checksums = new Map<string, Set<string>>();
  readonly #published = new Map<string, string>();

  constructor(packages: readonly SourcePackage[]) {
    const entries = packages.flatMap(({ entry }) => entry ?? []);
    for (const { info, checksum } of entries) {
      const file = packageFile(info);
      this.#checksums.set(file, (this.#checksums.get(file) ?? new Set()).add(checksum));
    }
    for (const { info } of entries) if (info.arch === NOARCH) this.#checksums.delete(packageFile(info));
  }

  /** This build of the file is published now. */
  published(file: string, checksum: string): void {
    this.#published.set(file, checksum);
  }

  /** What is there of this file, from the beginning or by now; `undefined` where nothing is known to be. */
  outcomeOf(file: string, checksum: string, there: Destination): ImportOutcome | undefined {
    const checksums = this.#checksums.get(file);
    if (checksums === undefined) return undefined;
    const published = this.#published.get(file);
    if (published === checksum) return 'already there';
    const isThere =
      published !== undefined || [...there.noarchBuilds(file)].some((one) => checksums.has(one));
    return isThere ? 'another build is there' : undefined;
  }

  /** Whether what is in the way of this noarch file can only be another build, which has come there since. */
  areInTheWay(file: string, there: Destination): boolean {
    return (this.#checksums.get(file)?.size ?? 0) > 1 && there.noarchBuilds(file).size === 0;
  }
}
