import { setTimeout as pause } from 'node:timers/promises';
import {
  applyRecords,
  changedFiles,
  type Listing,
  listLive,
  listRecords,
  type RecordStates,
  readListing,
  says,
  statesOf,
} from './index-entries.ts';
import { distinctFiles, indexKey } from './object-keys.ts';
import type { Observer } from './observer.ts';
import type {
  Cdn,
  IndexName,
  PackageBucket,
  PackageFileName,
  PackageRecord,
  Records,
  Signer,
  StoredObject,
} from './ports.ts';
import { RegistryError } from './registry-error.ts';
import { isSignedBy } from './sign-index.ts';
import { writeIndex } from './write-index.ts';

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

/** The files whose entries may be wrong; `everything` takes no entry of the index for right. */
export type Touched = readonly PackageFileName[] | 'everything';

export interface IndexOutcome {
  hasChanged: boolean;
  /** It lists nothing now, and so is not there. */
  isEmpty: boolean;
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
    const { isDone, hasWritten, changed, isEmpty } = await tryUpdate(index, files, ports);
    hasChanged ||= hasWritten;
    if (isDone) return { hasChanged, isEmpty };
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
  isEmpty: boolean;
}

async function tryUpdate(index: IndexName, touched: Touched, ports: IndexPorts): Promise<Attempt> {
  const { packages, records, signers } = ports;
  const stored = await packages.get(indexKey(index));
  const isKept = stored !== undefined && touched !== 'everything';
  const kept = isKept ? await keep(stored.body, touched, signers) : undefined;
  const readRecords = () => (kept ? records.read(kept.touched) : listRecords(index, records));
  const { end, isEmpty, states } = await writeIfWrong(index, { stored, kept, readRecords }, ports);
  if (end !== 'written') return { isDone: end === 'right', hasWritten: false, changed: [], isEmpty };
  const changed = changedFiles(states, statesOf(await readRecords()));
  return { isDone: changed.length === 0, hasWritten: true, changed, isEmpty };
}

/** What an index lists already, which is right but for some files. */
interface Kept {
  listed: Listing;
  touched: readonly PackageFileName[];
}

async function keep(
  file: Uint8Array,
  touched: readonly PackageFileName[],
  signers: readonly Signer[],
): Promise<Kept | undefined> {
  const listed = await readListing(file, signers);
  return listed && { listed, touched };
}

/** What an index is made from; of its records alone, if nothing is kept. */
interface Basis {
  stored: StoredObject | undefined;
  kept: Kept | undefined;
  readRecords(): Promise<PackageRecord[]>;
}

interface Write {
  end: 'right' | 'written' | 'contended';
  isEmpty: boolean;
  /** Of the records that it was made from; these may be 100,000, and are let go. */
  states: RecordStates;
}

async function writeIfWrong(
  index: IndexName,
  { stored, kept, readRecords }: Basis,
  ports: IndexPorts,
): Promise<Write> {
  const seen = await readRecords();
  const wanted = kept ? applyRecords(kept.listed, kept.touched, seen) : listLive(seen);
  const outcome = { isEmpty: wanted.length === 0, states: statesOf(seen) };
  if (await isRight()) return { ...outcome, end: 'right' };
  if (!(await writeIndex(index, wanted, stored?.etag, ports))) {
    ports.observer.indexContended(index);
    return { ...outcome, end: 'contended' };
  }
  ports.observer.indexWritten(index);
  return { ...outcome, end: 'written' };

  async function isRight(): Promise<boolean> {
    if (stored === undefined || outcome.isEmpty) return stored === undefined && outcome.isEmpty;
    if (kept !== undefined) return wanted === kept.listed;
    return (await says(stored.body, wanted)) && isSignedBy(ports.signers, stored.body);
  }
}
