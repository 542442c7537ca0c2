import { packageKey } from './object-keys.ts';
import type { Cdn, ObjectSummary, PackageBucket, PackageFileName, PackageRecord, Records } from './ports.ts';

/** What is true of a file whose object was stored or removed. */
export interface Settled {
  file: PackageFileName;
  /** There is an object, but no record: nobody published it. */
  isOrphan: boolean;
  /** The claim of a record whose object is gone: it goes, too, once no index lists the file. */
  leaving?: string;
}

interface Stores {
  packages: PackageBucket;
  records: Records;
}

/**
 * Makes the records of files agree with their objects: a publisher that died after storing is confirmed,
 * and what has lost its object is on its way out. A claim whose object is still to come is left alone.
 */
export async function settleFiles(files: readonly PackageFileName[], stores: Stores): Promise<Settled[]> {
  const found = await stores.records.read(files);
  const recordOf = new Map(found.map((record) => [packageKey(record), record]));
  return Promise.all(files.map((file) => settleFile(file, recordOf.get(packageKey(file)), stores)));
}

async function settleFile(
  file: PackageFileName,
  record: PackageRecord | undefined,
  { packages, records }: Stores,
): Promise<Settled> {
  const object = await packages.head(packageKey(file));
  if (record === undefined) return { file, isOrphan: object !== undefined };
  if (record.state === 'pending') {
    const isStored = object?.sha256 === record.sha256;
    if (!isStored || (await records.transition(file, record.claim, 'pending', 'live')))
      return { file, isOrphan: false };
    // Somebody else claimed it since it was read, perhaps with the same content, and no event will follow.
    const [current] = await records.read([file]);
    return settleFile(file, current, { packages, records });
  }
  if (object !== undefined && !isOfAnother(object, record)) return { file, isOrphan: false };
  if (record.state === 'live') await records.transition(file, record.claim, 'live', 'deleting');
  return { file, isOrphan: false, leaving: record.claim };
}

/** A publisher that was late has stored other bytes since, and waits for the delete to end. */
const isOfAnother = ({ sha256 }: ObjectSummary, record: PackageRecord): boolean =>
  record.state === 'deleting' && sha256 !== undefined && sha256 !== record.sha256;

/**
 * Ends the deletes of files that have left every index. Copies are dropped first: once the record is gone, other
 * content may be published under the same name. Until then the record keeps the delete from being forgotten.
 */
export async function finishDeletes(
  settled: readonly Settled[],
  { records, cdn }: { records: Records; cdn: Cdn },
): Promise<void> {
  const leaving = settled.flatMap(({ file, leaving }) => (leaving === undefined ? [] : [{ file, leaving }]));
  if (leaving.length === 0) return;
  await cdn.forget(leaving.map(({ file }) => packageKey(file)));
  await Promise.all(leaving.map(({ file, leaving }) => records.remove(file, leaving, 'deleting')));
}
