import { quote } from '#apk/apk-format-error.ts';
import { readPackage } from '#apk/package.ts';
import { newRecord } from './new-record.ts';
import { packageKey, parsePackageKey } from './object-keys.ts';
import type {
  Clock,
  ObjectSummary,
  PackageBucket,
  PackageFileName,
  PackageRecord,
  Records,
} from './ports.ts';
import { claimLost, inTheWay } from './publish-package.ts';
import { isPutBack } from './put-back.ts';
import { RegistryError } from './registry-error.ts';
import { parseRepository } from './repository-name.ts';
import { secondOf } from './second-of.ts';

export interface AdoptPorts {
  packages: PackageBucket;
  records: Records;
  clock: Clock;
}

/** Who the records say has published what was adopted. */
const ADOPTED = 'adopted';

/**
 * Makes the object of one key a published package, if its record does not say so already, with all the checks
 * of a publish and the same claim before it. The object itself is only read.
 * @returns whether it was adopted; `false` when it was published as it is, or is gone
 * @throws ApkFormatError as `readPackage`
 * @throws RegistryError `wrong-key`, those of `parseRepository`, `being-published`, `being-deleted`, `claim-lost`
 */
export async function adoptObject(key: string, ports: AdoptPorts): Promise<boolean> {
  const { packages, records, clock } = ports;
  const file = parseKey(key);
  const [record] = await records.read([file]);
  const object = await packages.head(key);
  if (object === undefined || (record && isRecorded(record, object))) return false;
  if (record) checkFree(record, object, clock());

  const stored = await packages.stream(key);
  if (stored === undefined) return false;
  const report = await readPackage(stored.chunks);
  checkKey(key, { ...file, ...report.info });
  if (record?.state === 'live' && record.sha256 === report.sha256) return false;

  if (record) await forget(record, records);
  const origin = { repository: file, publishedBy: ADOPTED, publishedAt: stored.lastModified };
  const adopted = newRecord(origin, report, clock());
  const holder = await records.claim(adopted, secondOf(clock));
  if (holder?.state === 'live') return false;
  if (holder !== undefined) throw inTheWay(holder, adopted);
  await confirm(adopted, stored.etag, ports);
  return true;
}

/** The file that a key names, if it is the key that a publish would store it under. */
function parseKey(key: string): PackageFileName {
  const file = parsePackageKey(key);
  if (file === undefined) {
    throw new RegistryError(
      'wrong-key',
      `${quote(key)} is no place for a package. Copy it to {owner}/{branch}/{repository}/{arch}/{name}-{version}.apk.`,
    );
  }
  checkKey(key, { ...file, ...parseRepository(file) });
  return file;
}

function checkKey(key: string, file: PackageFileName): void {
  const right = packageKey(file);
  if (right === key) return;
  throw new RegistryError('wrong-key', `${quote(key)} has to be called ${quote(right)}. Copy it there.`);
}

/** An adopted object without a checksum is known by its time, or every run would read it again. */
function isRecorded(
  { state, sha256, size, publishedAt }: PackageRecord,
  object: Omit<ObjectSummary, 'etag'>,
): boolean {
  if (state !== 'live') return false;
  if (object.sha256 !== undefined) return object.sha256 === sha256;
  return object.size === size && object.lastModified === publishedAt;
}

/** A publish or a delete that may still be under way is left alone; another adoption that died is gone on with. */
function checkFree(record: PackageRecord, object: ObjectSummary, now: number): void {
  const isPublishing =
    record.state === 'pending' && record.leaseUntil >= now / 1000 && record.publishedBy !== ADOPTED;
  const isDeleting = record.state === 'deleting' && !isPutBack(object, record);
  if (isPublishing || isDeleting) throw inTheWay(record, record);
}

/**
 * Removed, not marked as `deleting`: should this die here, nobody must finish a delete. Whoever changes the record
 * meanwhile keeps it, and it stands in the way of the claim that follows.
 */
async function forget({ state, claim, ...file }: PackageRecord, records: Records): Promise<void> {
  if (state !== 'pending') await records.remove(file, claim, state);
}

/** While the claim is held nobody else stores, but a hand that knows no claims may have. */
async function confirm(
  record: PackageRecord,
  etag: string,
  { packages, records }: AdoptPorts,
): Promise<void> {
  const object = await packages.head(packageKey(record));
  if (object?.etag !== etag) {
    await records.remove(record, record.claim, 'pending');
    throw claimLost(record);
  }
  if (!(await records.transition(record, record.claim, 'pending', 'live'))) throw claimLost(record);
}
