import { LEASE_SECONDS } from './new-record.ts';
import { indexPrefix, packageKey, parsePackageKey } from './object-keys.ts';
import type { Clock, IndexName, PackageBucket, PackageFileName, PackageRecord, Records } from './ports.ts';
import { isPutBack } from './put-back.ts';
import type { Finding, HealedKind, UnexplainedKind } from './reconcile-report.ts';

export interface FilePorts {
  packages: PackageBucket;
  records: Records;
  clock: Clock;
}

/** What was found of one file, or done about it. */
interface FileOutcome {
  isLive?: boolean;
  healed?: HealedKind;
  unexplained?: UnexplainedKind;
  /** The claim of a record that goes, once no index lists the file. */
  leaving?: string;
}

/** A record to be removed once no index lists its file. */
export interface LeavingFile {
  file: PackageFileName;
  claim: string;
  /** Its object had been lost, so that nobody's delete is finished by it. */
  isLoss: boolean;
}

export interface FilesOutcome {
  /** How many are published. */
  live: number;
  healed: Finding<HealedKind>[];
  unexplained: Finding<UnexplainedKind>[];
  leaving: LeavingFile[];
}

/** How long a delete is left to whoever began it: as long as a publish. */
const DELETE_SECONDS = LEASE_SECONDS;

const CONCURRENCY = 16;

/**
 * Compares the records of one index with its objects, and makes them agree where one of them can be explained.
 * The comparison only raises suspicion: what to do is decided by what is read then, of that file alone.
 */
export async function reconcileFiles(index: IndexName, ports: FilePorts): Promise<FilesOutcome> {
  const { live, suspects } = await compare(index, ports);
  const outcome: FilesOutcome = { live, healed: [], unexplained: [], leaving: [] };
  for (let start = 0; start < suspects.length; start += CONCURRENCY) {
    const files = suspects.slice(start, start + CONCURRENCY);
    const found = await Promise.all(
      files.map(async (file) => ({ file, ...(await reconcileFile(file, ports)) })),
    );
    for (const { file, isLive, healed, unexplained, leaving } of found) {
      const key = packageKey(file);
      if (isLive) outcome.live += 1;
      if (healed) outcome.healed.push({ kind: healed, key });
      if (unexplained) outcome.unexplained.push({ kind: unexplained, key });
      if (leaving) outcome.leaving.push({ file, claim: leaving, isLoss: unexplained !== undefined });
    }
  }
  return outcome;
}

async function compare(
  index: IndexName,
  { packages, records }: FilePorts,
): Promise<{ live: number; suspects: PackageFileName[] }> {
  const unseen = new Map((await records.list(index)).map((record) => [packageKey(record), record]));
  const suspects: PackageFileName[] = [];
  let live = 0;
  for await (const { key, size } of packages.list(indexPrefix(index))) {
    const file = parsePackageKey(key);
    if (file === undefined) continue;
    const record = unseen.get(key);
    unseen.delete(key);
    if (record?.state === 'live' && record.size === size) live += 1;
    else suspects.push(file);
  }
  return { live, suspects: [...suspects, ...unseen.values()] };
}

/**
 * The record is read before the object, which is stored after its claim and before it is live, and removed
 * after it is `deleting`: so a publish or a delete that comes in between is never taken for a loss. Whatever is
 * done holds only for the claim that was read.
 */
async function reconcileFile(file: PackageFileName, ports: FilePorts): Promise<FileOutcome> {
  const [record] = await ports.records.read([file]);
  switch (record?.state) {
    case undefined:
      return reconcileUnclaimed(file, ports);
    case 'pending':
      return reconcilePending(record, ports);
    case 'live':
      return reconcileLive(record, ports);
    case 'deleting':
      return reconcileDeleting(record, ports);
  }
}

/** The record is looked for once more: a publish that began after the first look has one by now. */
async function reconcileUnclaimed(
  file: PackageFileName,
  { packages, records }: FilePorts,
): Promise<FileOutcome> {
  if ((await packages.head(packageKey(file))) === undefined) return {};
  const [record] = await records.read([file]);
  return record === undefined ? { unexplained: 'orphan' } : {};
}

/**
 * With its object it is published, as the event of the object would have said. Without, it is somebody's until
 * its lease ends. Should a publisher wake up later than that, it finds its claim gone, says so, and may come again.
 */
async function reconcilePending(
  record: PackageRecord,
  { packages, records, clock }: FilePorts,
): Promise<FileOutcome> {
  const object = await packages.head(packageKey(record));
  if (object?.sha256 === record.sha256) {
    const isOurs = await records.transition(record, record.claim, 'pending', 'live');
    return isOurs ? { isLive: true, healed: 'publish-confirmed' } : {};
  }
  if (record.leaseUntil >= clock() / 1000) return {};
  if (!(await records.remove(record, record.claim, 'pending'))) return {};
  return { healed: 'claim-expired', unexplained: object && 'orphan' };
}

/** A delete under way has the record in another state, and is no loss. */
async function reconcileLive(record: PackageRecord, { packages, records }: FilePorts): Promise<FileOutcome> {
  const object = await packages.head(packageKey(record));
  if (object !== undefined) {
    return { isLive: true, unexplained: object.size === record.size ? undefined : 'changed-object' };
  }
  const isOurs = await records.transition(record, record.claim, 'live', 'deleting');
  return isOurs ? { unexplained: 'missing-object', leaving: record.claim } : {};
}

/**
 * A delete that somebody may still be at is left alone: were its record gone, the file could be published again
 * before that delete removes "its" object. For the same reason, only the object that was seen is removed, and
 * none that was put there long after the delete began.
 */
async function reconcileDeleting(
  record: PackageRecord,
  { packages, clock }: FilePorts,
): Promise<FileOutcome> {
  if ((record.deletingSince ?? 0) + DELETE_SECONDS >= clock() / 1000) return {};
  const key = packageKey(record);
  const object = await packages.head(key);
  if (object !== undefined && isPutBack(object, record)) return { unexplained: 'orphan' };
  if (object !== undefined && !(await packages.delete(key, object.etag))) return {};
  return { leaving: record.claim };
}
