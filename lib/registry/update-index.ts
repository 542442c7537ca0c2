import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { encodeIndex } from '#apk/package-index.ts';
import {
  applyRecords,
  changedFiles,
  type Entries,
  listRecords,
  readEntries,
  sameEntries,
} from './index-entries.ts';
import { distinctFiles, indexKey } from './object-keys.ts';
import type { Observer } from './observer.ts';
import type { Cdn, IndexName, PackageBucket, PackageFileName, Records, Signer } from './ports.ts';
import { publishKeys } from './publish-keys.ts';
import { RegistryError } from './registry-error.ts';
import { isSignedBy, signIndex } from './sign-index.ts';

export interface IndexPorts {
  packages: PackageBucket;
  records: Records;
  /** Every key that signs; apk needs one of them to be in /etc/apk/keys. */
  signers: readonly Signer[];
  cdn: Cdn;
  observer: Observer;
}

const MAX_TRIES = 8;
const MAX_PAUSE_MS = 400;

const INDEX_HEADERS = { contentType: 'application/gzip', cacheControl: 'max-age=10' };

/** The files whose entries may be wrong; `everything` takes no entry of the index for right. */
export type Touched = readonly PackageFileName[] | 'everything';

export interface IndexOutcome {
  hasChanged: boolean;
  /** How many it lists now; without any, there is no index. */
  packages: number;
}

/**
 * Makes one index agree with the records of the touched files, whoever else is writing it: for the changes of a batch.
 * @throws RegistryError `index-contended`, after 8 tries
 */
export async function updateIndex(index: IndexName, touched: Touched, ports: IndexPorts): Promise<void> {
  const startedAt = performance.now();
  await makeAgree(index, touched, ports);
  ports.observer.indexUpdated(index, performance.now() - startedAt);
}

/**
 * Makes one index agree with all records it is made of, and be signed by the active keys and no other.
 * @throws RegistryError `index-contended`, after 8 tries
 */
export const rebuildIndex = (index: IndexName, ports: IndexPorts): Promise<IndexOutcome> =>
  makeAgree(index, 'everything', ports);

/**
 * The write succeeds only on the index that was read, and what was read of the records is read once more
 * after it: see docs/decisions/0004-read-again-after-the-index-write.md.
 */
async function makeAgree(index: IndexName, touched: Touched, ports: IndexPorts): Promise<IndexOutcome> {
  let files = touched;
  let hasChanged = false;
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    if (attempt > 0) await pause(Math.random() * MAX_PAUSE_MS);
    const { isDone, hasWritten, changed, packages } = await tryUpdate(index, files, ports);
    hasChanged ||= hasWritten;
    if (isDone) return { hasChanged, packages };
    if (files !== 'everything') files = distinctFiles([...files, ...changed]);
  }
  throw new RegistryError(
    'index-contended',
    `${indexKey(index)} was changed by others ${MAX_TRIES} times in a row.`,
  );
}

interface Attempt {
  isDone: boolean;
  hasWritten: boolean;
  /** Whose records changed meanwhile; a rebuild reads those of files that nobody had named. */
  changed: readonly PackageFileName[];
  packages: number;
}

async function tryUpdate(index: IndexName, touched: Touched, ports: IndexPorts): Promise<Attempt> {
  const { packages, records, signers, observer } = ports;
  const key = indexKey(index);
  const current = await packages.get(key);
  const listed = current && (await readEntries(current.body));
  const kept = listed && touched !== 'everything' ? { listed, touched } : undefined;
  const readRecords = () => (kept ? records.read(kept.touched) : listRecords(index, records));
  const seen = await readRecords();
  const wanted = applyRecords(kept?.listed ?? new Map(), kept?.touched ?? [], seen);
  const outcome = { isDone: false, hasWritten: false, changed: [], packages: wanted.size };
  if (await isRight()) return { ...outcome, isDone: true };
  if (!(await writeIndex(index, wanted, current?.etag, ports))) {
    observer.indexContended(index);
    return outcome;
  }
  observer.indexWritten(index);
  const changed = changedFiles(seen, await readRecords());
  return { ...outcome, isDone: changed.length === 0, hasWritten: true, changed };

  async function isRight(): Promise<boolean> {
    if (current === undefined || wanted.size === 0) return current === undefined && wanted.size === 0;
    if (listed === undefined || !sameEntries(listed, wanted)) return false;
    return touched !== 'everything' || isSignedBy(signers, current.body);
  }
}

/** @param etag of the index to replace, if there is one; without entries it is removed */
async function writeIndex(
  index: IndexName,
  entries: Entries,
  etag: string | undefined,
  { packages, signers }: IndexPorts,
): Promise<boolean> {
  const key = indexKey(index);
  if (entries.size === 0) return packages.delete(key, etag);
  if (etag === undefined) await publishKeys(index.owner, signers, packages);
  const body = await signIndex(await encodeIndex(entries.values(), descriptionOf(index)), signers);
  const sha256 = createHash('sha256').update(body).digest('hex');
  return packages.put(
    key,
    { body, sha256, ...INDEX_HEADERS },
    etag === undefined ? { absent: true } : { etag },
  );
}

/** apk shows it in `apk policy` and keeps at most 160 bytes. */
const descriptionOf = ({ owner, branch, repository }: IndexName) =>
  `${owner}/${branch}/${repository}`.slice(0, 160);
