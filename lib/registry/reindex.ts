import { indexKey } from './object-keys.ts';
import type { IndexName, Records, RepositoryName } from './ports.ts';
import { RegistryError } from './registry-error.ts';
import { type IndexPorts, rebuildIndex } from './update-index.ts';

/** A repository's indexes, or that of one architecture. */
export interface ReindexRequest extends RepositoryName {
  arch?: string | undefined;
}

/** By the object keys of the indexes. */
export interface ReindexReport {
  /** Those that agree with the records now, and are signed by the active keys. */
  reindexed: string[];
  /** Those that had to be written for it, or removed since nothing is to be listed. */
  changed: string[];
  failed: { key: string; error: unknown }[];
}

/**
 * Makes the indexes of a repository anew from the records, as the daily comparison does. One that fails does not hold
 * up the others.
 * @throws RegistryError `not-found`
 */
export async function reindex(request: ReindexRequest, ports: IndexPorts): Promise<ReindexReport> {
  const report: ReindexReport = { reindexed: [], changed: [], failed: [] };
  for (const index of await findIndexes(request, ports.records)) {
    const key = indexKey(index);
    try {
      const { hasChanged, isEmpty } = await rebuildIndex(index, ports);
      if (!isEmpty) report.reindexed.push(key);
      if (hasChanged) report.changed.push(key);
    } catch (error) {
      report.failed.push({ key, error });
    }
  }
  return report;
}

/**
 * The indexes that a repository has, or has had: the one that is asked for, or all.
 * @throws RegistryError `not-found` where there are none
 */
export async function findIndexes(
  { owner, branch, repository, arch }: ReindexRequest,
  records: Records,
): Promise<IndexName[]> {
  const name = { owner, branch, repository };
  const all = await records.architectures(name);
  const place = `${owner}/${branch}/${repository}`;
  if (all.length === 0)
    throw new RegistryError('not-found', `${place} has no index: nothing was published there.`);
  if (arch !== undefined && !all.includes(arch)) {
    throw new RegistryError(
      'not-found',
      `${place} has no index of ${arch}; it has those of ${all.join(', ')}.`,
    );
  }
  return all.filter((each) => arch === undefined || each === arch).map((each) => ({ ...name, arch: each }));
}
