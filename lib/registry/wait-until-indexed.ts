import { setTimeout as pause } from 'node:timers/promises';
import { NOARCH } from '#apk/names.ts';
import { decodeIndex } from '#apk/package-index.ts';
import { indexKey } from './object-keys.ts';
import type { Clock, IndexName, PackageBucket, PackageRecord, Records } from './ports.ts';

/** What a published package is known by in an index. */
type Listed = IndexName & Pick<PackageRecord, 'checksum'>;

const POLL_MS = 200;

/**
 * Waits until every index that should list a published package does.
 * @param seconds how long at most
 * @returns whether they do
 */
export async function waitUntilIndexed(
  record: Listed,
  seconds: number,
  { packages, records, clock }: { packages: PackageBucket; records: Records; clock: Clock },
): Promise<boolean> {
  const giveUpAt = clock() + seconds * 1000;
  const architectures = record.arch === NOARCH ? await records.architectures(record) : [record.arch];
  for (const arch of architectures) {
    const { owner, branch, repository } = record;
    while (!(await lists({ owner, branch, repository, arch }, record, packages))) {
      if (clock() >= giveUpAt) return false;
      await pause(POLL_MS);
    }
  }
  return true;
}

async function lists(index: IndexName, { checksum }: Listed, packages: PackageBucket): Promise<boolean> {
  const current = await packages.get(indexKey(index));
  if (current === undefined) return false;
  const entries = await decodeIndex(current.body);
  return entries.some((entry) => entry.checksum === checksum);
}
