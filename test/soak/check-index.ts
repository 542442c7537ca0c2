import type { ReadIndex } from '#cli/repository/read-index.ts';
import { packageFile } from '#registry/object-keys.ts';
import type { Entry } from './ledger.ts';

/** DESIGN "Caching": an index may be as old as its max-age says. Milliseconds in which nothing is dead. */
export const MAX_INDEX_AGE_MS = 10_000;

interface Times {
  /** When the index was asked for, epoch milliseconds. */
  startedAt: number;
  /** Milliseconds since then in which nothing was dead. */
  calmSince(from: number): number;
}

/** What an index lists or lacks that it must not, by what clients were answered before it was asked for. */
export function findWrongEntries(
  { entries }: ReadIndex,
  known: readonly Entry[],
  { startedAt, calmSince }: Times,
): string[] {
  const checksums = new Map(
    entries.map(({ info, checksum }) => [`${info.arch}/${packageFile(info)}`, checksum]),
  );
  const wrong: string[] = [];
  for (const { recipe, standing } of known) {
    const file = `${recipe.arch}/${packageFile(recipe)}`;
    const listed = checksums.get(file);
    checksums.delete(file);
    if (standing.is === 'gone' && listed !== undefined && isOld(standing.since)) {
      wrong.push(`an index lists ${file}, which was deleted ${calmSince(standing.since)} ms before`);
    }
    if (standing.is !== 'kept' || standing.listedSince === undefined || standing.listedSince > startedAt)
      continue;
    if (listed === undefined) wrong.push(`an index has lost ${file}, which it listed`);
    else if (listed !== standing.identity.checksum)
      wrong.push(`an index lists another ${file} than was published`);
  }
  for (const file of checksums.keys()) wrong.push(`an index lists ${file}, which nobody published`);
  return wrong;

  function isOld(since: number): boolean {
    return since < startedAt && calmSince(since) - (Date.now() - startedAt) > MAX_INDEX_AGE_MS;
  }
}
