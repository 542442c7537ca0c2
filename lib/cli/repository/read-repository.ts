import type { IndexEntry } from '#apk/index-entry.ts';
import { decodeIndex } from '#apk/package-index.ts';
import { compareVersions, isVersion } from '#apk/version.ts';
import { indexKey, urlPath } from '#registry/object-keys.ts';
import type { Place } from '../connection/read-place.ts';
import { RegistryClient } from '../connection/registry-client.ts';
import { pathOf } from '../connection/repository-path.ts';
import { inParallel } from '../terminal/in-parallel.ts';
import { ARCHITECTURES } from './architectures.ts';

const INDEXES_AT_ONCE = 8;

/**
 * What the indexes of a repository list, each package once: by name, the newest version first, by architecture.
 * Their signatures are not verified.
 * @param asked the architectures that were asked for; by default Alpine's
 * @throws Error where there is no index at all; RefusalError, UnreachableError
 */
export async function readRepository(
  { connection, repository }: Place,
  asked: readonly string[] | undefined,
): Promise<IndexEntry[]> {
  const client = new RegistryClient(connection);
  const found = await inParallel(asked ?? ARCHITECTURES, INDEXES_AT_ONCE, (arch) =>
    client.file(urlPath(indexKey({ ...repository, arch }))),
  );
  const indexes = found.filter((index) => index !== undefined);
  if (indexes.length === 0) {
    const place = `${pathOf(repository)} has no index`;
    throw new Error(
      asked === undefined
        ? `${place} at ${connection.origin}: nothing is published there.`
        : `${place} of ${asked.join(' or ')} at ${connection.origin}.`,
    );
  }
  const entries = (await Promise.all(indexes.map(decodeIndex))).flat();
  const distinct = new Map(entries.map((entry) => [`${entry.info.arch} ${entry.checksum}`, entry]));
  return [...distinct.values()].sort(compareEntries);
}

function compareEntries({ info: a }: IndexEntry, { info: b }: IndexEntry): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  if (a.version !== b.version && isVersion(a.version) && isVersion(b.version)) {
    const order = compareVersions(b.version, a.version);
    if (order !== 0) return order;
  }
  return a.arch < b.arch ? -1 : 1;
}

/** RFC 3339, to the second; empty for a package that does not say. */
export const builtAt = ({ info: { buildTime } }: IndexEntry): string =>
  buildTime === undefined ? '' : new Date(buildTime * 1000).toISOString().replace('.000', '');
