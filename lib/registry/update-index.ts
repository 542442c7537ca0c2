import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ApkFormatError } from '#apk/apk-format-error.ts';
import { encodeEntry, type IndexEntry } from '#apk/index-entry.ts';
import { NOARCH } from '#apk/names.ts';
import { decodeIndex, encodeIndex } from '#apk/package-index.ts';
import { indexKey, packageFile, packageKey } from './object-keys.ts';
import type { IndexName, PackageBucket, PackageFileName, PackageRecord, Records, Signer } from './ports.ts';
import { publishKeys } from './publish-keys.ts';
import { RegistryError } from './registry-error.ts';
import { signIndex } from './sign-index.ts';

export interface IndexPorts {
  packages: PackageBucket;
  records: Records;
  /** Every key that signs; apk needs one of them to be in /etc/apk/keys. */
  signers: readonly Signer[];
}

const MAX_TRIES = 8;
const MAX_PAUSE_MS = 400;

const INDEX_HEADERS = { contentType: 'application/gzip', cacheControl: 'max-age=10' };

/** Entries by the file they name, unique in an index: a native and a noarch file may share a name and version. */
type Entries = Map<string, IndexEntry>;

const entryKey = (arch: string, file: Pick<PackageFileName, 'name' | 'version'>) =>
  `${arch}/${packageFile(file)}`;

/**
 * Makes one index agree with the records of the touched files, whoever else is writing it. The write
 * succeeds only on the index that was read, and what was read of the records is read once more after it:
 * see docs/decisions/0004-read-again-after-the-index-write.md.
 * @throws RegistryError `index-contended`, after 8 tries
 */
export async function updateIndex(
  index: IndexName,
  touched: readonly PackageFileName[],
  ports: IndexPorts,
): Promise<void> {
  const files = new Map(touched.map((file) => [packageKey(file), file]));
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    if (attempt > 0) await pause(Math.random() * MAX_PAUSE_MS);
    const { isDone, changed } = await tryUpdate(index, [...files.values()], ports);
    if (isDone) return;
    for (const file of changed) files.set(packageKey(file), file);
  }
  throw new RegistryError(
    'index-contended',
    `${indexKey(index)} was changed by others ${MAX_TRIES} times in a row.`,
  );
}

interface Attempt {
  isDone: boolean;
  /** Whose records changed meanwhile; a rebuild reads those of files that nobody had named. */
  changed: readonly PackageFileName[];
}

async function tryUpdate(
  index: IndexName,
  touched: readonly PackageFileName[],
  { packages, records, signers }: IndexPorts,
): Promise<Attempt> {
  const key = indexKey(index);
  const current = await packages.get(key);
  const listed = current && (await readEntries(current.body));
  const readRecords = () => (listed ? records.read(touched) : listAll(index, records));
  const seen = await readRecords();
  const wanted = apply(listed ?? new Map(), listed ? touched : [], seen);
  if (listed && sameEntries(listed, wanted)) return { isDone: true, changed: [] };
  if (!(await write())) return { isDone: false, changed: [] };
  const changed = changedFiles(seen, await readRecords());
  return { isDone: changed.length === 0, changed };

  async function write(): Promise<boolean> {
    if (wanted.size === 0) return current === undefined || packages.delete(key, current.etag);
    if (current === undefined) await publishKeys(index.owner, signers, packages);
    const body = await signIndex(await encodeIndex(wanted.values(), descriptionOf(index)), signers);
    const sha256 = createHash('sha256').update(body).digest('hex');
    return packages.put(
      key,
      { body, sha256, ...INDEX_HEADERS },
      current ? { etag: current.etag } : { absent: true },
    );
  }
}

/** apk shows it in `apk policy` and keeps at most 160 bytes. */
const descriptionOf = ({ owner, branch, repository }: IndexName) =>
  `${owner}/${branch}/${repository}`.slice(0, 160);

/** `undefined` when the index cannot be read and has to be rebuilt. */
async function readEntries(file: Uint8Array): Promise<Entries | undefined> {
  try {
    const entries = await decodeIndex(file);
    return new Map(entries.map((entry) => [entryKey(entry.info.arch, entry.info), entry]));
  } catch (error) {
    if (error instanceof ApkFormatError) return undefined;
    throw error;
  }
}

/** Every record an index is made of: its own and, for a real architecture, the noarch ones. */
async function listAll(index: IndexName, records: Records): Promise<PackageRecord[]> {
  const own = await records.list(index);
  if (index.arch === NOARCH) return own;
  return [...own, ...(await records.list({ ...index, arch: NOARCH }))];
}

function apply(
  listed: Entries,
  touched: readonly PackageFileName[],
  seen: readonly PackageRecord[],
): Entries {
  const wanted = new Map(listed);
  for (const file of touched) wanted.delete(entryKey(file.arch, file));
  for (const record of seen) {
    if (record.state !== 'live') continue;
    const { info, checksum, size } = record;
    wanted.set(entryKey(record.arch, record), { info, checksum, size });
  }
  return wanted;
}

function sameEntries(a: Entries, b: Entries): boolean {
  if (a.size !== b.size) return false;
  for (const [key, entry] of a) {
    const other = b.get(key);
    if (other === undefined || (other !== entry && encodeEntry(other) !== encodeEntry(entry))) return false;
  }
  return true;
}

/** The records that only one of two readings has, by file, claim and state. */
function changedFiles(before: readonly PackageRecord[], after: readonly PackageRecord[]): PackageRecord[] {
  const stateOf = (record: PackageRecord) => `${packageKey(record)} ${record.claim} ${record.state}`;
  const unmatched = new Map(before.map((record) => [stateOf(record), record]));
  for (const record of after) {
    if (!unmatched.delete(stateOf(record))) unmatched.set(stateOf(record), record);
  }
  return [...unmatched.values()];
}
