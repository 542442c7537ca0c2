import { setTimeout as pause } from 'node:timers/promises';
import { inOneChunk } from '#apk/byte-source.ts';
import { type PackageReport, readPackage } from '#apk/package.ts';
import { newRecord } from './new-record.ts';
import { packageFile, packageKey } from './object-keys.ts';
import type { Observer } from './observer.ts';
import { ensureOwner, type OwnerPorts } from './owners.ts';
import type {
  Clock,
  PackageBucket,
  PackageFileName,
  PackageRecord,
  Precondition,
  Records,
  RepositoryName,
} from './ports.ts';
import { RegistryError } from './registry-error.ts';
import { secondOf } from './second-of.ts';
import { requireTrustedPublisher, type TrustedPublishers } from './trusted-publishers.ts';

export interface PublishPorts extends OwnerPorts {
  packages: PackageBucket;
  records: Records;
  publishers: TrustedPublishers;
  clock: Clock;
  observer: Observer;
}

interface Publication {
  repository: RepositoryName;
  /** Who publishes, as the credentials say. */
  publishedBy: string;
}

export interface PublishRequest extends Publication {
  file: Uint8Array;
}

export interface CheckedPublication extends Publication {
  /** What `readPackage` says of the file. */
  report: PackageReport;
  /** The claim's own name, so that whoever tries again finds what it has begun; by default a new one. */
  claim?: string;
  /** Stores the file under a key of the packages bucket, from wherever it is; `false` as `PackageBucket.put`. */
  store(key: string, sha256: string, only: Precondition): Promise<boolean>;
}

export interface Published {
  record: PackageRecord;
  warnings: PackageReport['warnings'];
}

/** How long a publish waits for a delete of the same file to end, which takes one index update. */
const DELETE_PATIENCE_MS = 15_000;
const DELETE_POLL_MS = 250;

/** Only a claim's holder stores, so one try too many means that somebody writes past the registry. */
const MAX_STORE_TRIES = 5;

export const PACKAGE_HEADERS = { contentType: 'application/vnd.alpine.apk', cacheControl: 'max-age=86400' };

/**
 * Makes a package part of its repository.
 * @throws ApkFormatError, and RegistryError as `publishChecked`
 */
export async function publishPackage(
  { file, ...publication }: PublishRequest,
  ports: PublishPorts,
): Promise<Published> {
  const report = await readPackage(inOneChunk(file));
  const store: CheckedPublication['store'] = (key, sha256, only) =>
    ports.packages.put(key, { body: file, sha256, ...PACKAGE_HEADERS }, only);
  return publishChecked({ ...publication, report, store }, ports);
}

/**
 * Makes a package that was read and checked part of its repository: claim, store, confirm (DESIGN "A package's
 * life", P1 to P3). A publisher that dies on the way loses nothing: its claim expires, or the stored object
 * confirms it.
 * @throws RegistryError `untrusted-publisher`, `already-published`, `being-published`, `being-deleted`, `claim-lost`
 */
export async function publishChecked(
  publication: CheckedPublication,
  ports: PublishPorts,
): Promise<Published> {
  const { warnings, ...report } = publication.report;
  await requireTrustedPublisher(publication.repository, report, ports.publishers);
  const record = newRecord(publication, report, ports.clock());
  await ensureOwner(record.owner, ports);
  const before = await claim(record, ports);
  if (before !== undefined) return { record: before, warnings };
  await store(record, publication, ports);
  if (!(await confirm(record, ports))) return publishChecked(publication, ports);
  const published: PackageRecord = { ...record, state: 'live' };
  ports.observer.published(published);
  return { record: published, warnings };
}

/**
 * P1; a delete of the same file is waited for, so that DELETE then PUT just works.
 * @returns what this very claim has published before, whatever became of it
 */
async function claim(
  record: PackageRecord,
  { records, clock }: PublishPorts,
): Promise<PackageRecord | undefined> {
  const giveUpAt = clock() + DELETE_PATIENCE_MS;
  for (;;) {
    const holder = await records.claim(record, secondOf(clock));
    if (holder === undefined) return undefined;
    if (holder.claim === record.claim && holder.state !== 'pending') return holder;
    if (holder.state !== 'deleting' || clock() >= giveUpAt) throw inTheWay(holder, record);
    await pause(DELETE_POLL_MS);
  }
}

/** Why the record of a file keeps another claim of it off. */
export function inTheWay(holder: PackageRecord, { sha256 }: Pick<PackageRecord, 'sha256'>): RegistryError {
  const file = packageFile(holder);
  const identical = holder.sha256 === sha256;
  switch (holder.state) {
    case 'live':
      return new RegistryError(
        'already-published',
        identical
          ? `${packageKey(holder)} is published already, with these very bytes: there is nothing to do.`
          : `${packageKey(holder)} is published already, with other content (sha256 ${holder.sha256}). Raise pkgrel, so that every machine sees the new one; or DELETE it first.`,
        { identical },
      );
    case 'deleting':
      return new RegistryError(
        'being-deleted',
        `${packageKey(holder)} is being deleted. Send the DELETE again if it did not answer 204, then publish ${file} again.`,
      );
    case 'pending':
      return new RegistryError(
        'being-published',
        `Another upload of ${packageKey(holder)} with other content is under way, or died. Try again after ${new Date(holder.leaseUntil * 1000).toISOString()}.`,
      );
  }
}

/**
 * P2; what an expired claim left behind is replaced, even by the same bytes: the event of the leftover may
 * have been handled while nobody had a claim to it, and only a new one brings the file into its index.
 */
async function store(
  record: PackageRecord,
  { store }: Pick<CheckedPublication, 'store'>,
  { packages, records }: PublishPorts,
): Promise<void> {
  const key = packageKey(record);
  for (let tries = 0; tries < MAX_STORE_TRIES; tries++) {
    if (await store(key, record.sha256, { absent: true })) return;
    const there = await packages.head(key);
    const [current] = await records.read([record]);
    if (current?.claim !== record.claim || current.state === 'deleting') throw lostTo(current, record);
    if (there !== undefined && (await store(key, record.sha256, { etag: there.etag }))) return;
  }
  throw claimLost(record);
}

/**
 * P3; the index update may have confirmed it before, since the object was stored.
 * @returns `false` where the file has to be published again: the claim had ended before the object was stored, and
 * nobody has published the file since, so that the object would be in nobody's care
 */
async function confirm(record: PackageRecord, { packages, records }: PublishPorts): Promise<boolean> {
  if (await records.transition(record, record.claim, 'pending', 'live')) return true;
  const [current] = await records.read([record]);
  if (current?.claim === record.claim && current.state === 'live') return true;
  const isStored = (await packages.head(packageKey(record)))?.sha256 === record.sha256;
  const isLeft = current === undefined || (current.state === 'deleting' && current.claim !== record.claim);
  if (!isStored || !isLeft) throw lostTo(current, record);
  // Of the same bytes, nobody else can tell what was stored from what is to be removed.
  if (current?.sha256 === record.sha256) await records.takeOver(record, current.claim);
  return false;
}

/** Of two who publish at once, the later one finds what the other has published: perhaps the very same. */
const lostTo = (current: PackageRecord | undefined, record: PackageRecord): RegistryError =>
  current?.state === 'live' && current.claim !== record.claim ? inTheWay(current, record) : claimLost(record);

export function claimLost(record: PackageFileName): RegistryError {
  return new RegistryError(
    'claim-lost',
    `${packageKey(record)} was published or deleted by somebody else at the same time. Look at what is there, then try again.`,
  );
}
