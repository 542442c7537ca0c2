import { NOARCH } from '#apk/names.ts';
import { packageFile, urlPath } from '#registry/object-keys.ts';
import type { RepositoryName } from '#registry/ports.ts';
import type { ApiClient } from '../connection/api-client.ts';
import type { RetryOptions } from '../connection/retry.ts';
import { codeOf } from './file-fault.ts';
import { HttpRepository } from './http-repository.ts';
import { readIndexes } from './read-indexes.ts';

/** What a repository of the registry lists already. */
export interface Destination {
  /** Whether it lists this very package. */
  has(file: string, checksum: string): boolean;
  /** The checksums of the noarch packages of this name and version, `{name}-{version}.apk`. */
  noarchBuilds(file: string): ReadonlySet<string>;
  /** Why some of its indexes could not be read. */
  faults: { file: string; fault: Error }[];
}

/**
 * Reads the indexes of a repository that is to be imported into; it need not exist.
 * @throws UnreachableError; the signal's reason
 */
export async function readDestination(
  { owner, branch, repository }: RepositoryName,
  { registry: { origin, authorization } }: ApiClient,
  { architectures, ...options }: RetryOptions & { architectures: readonly string[] },
): Promise<Destination> {
  const path = urlPath([owner, branch, repository].join('/'));
  const there = new HttpRepository(new URL(path, origin), { authorization });
  try {
    const asked = [...new Set([...architectures, NOARCH])];
    const { indexes, faults } = await readIndexes(there, {
      keys: new Map(),
      architectures: asked,
      ...options,
    });
    const listed = new Set<string>();
    const noarch = new Map<string, Set<string>>();
    for (const { info, checksum } of indexes.flatMap(({ entries }) => entries)) {
      const file = packageFile(info);
      listed.add(`${file} ${checksum}`);
      if (info.arch === NOARCH) noarch.set(file, (noarch.get(file) ?? new Set()).add(checksum));
    }
    return {
      has: (file, checksum) => listed.has(`${file} ${checksum}`),
      noarchBuilds: (file) => noarch.get(file) ?? new Set(),
      faults: faults.filter(({ fault }) => codeOf(fault) !== 'missing'),
    };
  } finally {
    there.close();
  }
}
