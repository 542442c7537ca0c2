import { ApkFormatError } from '#apk/apk-format-error.ts';
import { encodeEntry, type IndexEntry } from '#apk/index-entry.ts';
import { NOARCH } from '#apk/names.ts';
import { decodeIndex } from '#apk/package-index.ts';
import { packageFile, packageKey } from './object-keys.ts';
import type { IndexName, PackageFileName, PackageRecord, Records } from './ports.ts';

/** Entries by the file they name, unique in an index: a native and a noarch file may share a name and version. */
export type Entries = ReadonlyMap<string, IndexEntry>;

const entryKey = (arch: string, file: Pick<PackageFileName, 'name' | 'version'>) =>
  `${arch}/${packageFile(file)}`;

/** @returns `undefined` when the index cannot be read and has to be rebuilt */
export async function readEntries(file: Uint8Array): Promise<Entries | undefined> {
  try {
    const entries = await decodeIndex(file);
    return new Map(entries.map((entry) => [entryKey(entry.info.arch, entry.info), entry]));
  } catch (error) {
    if (error instanceof ApkFormatError) return undefined;
    throw error;
  }
}

/** Every record an index is made of: its own and, for a real architecture, the noarch ones. */
export async function listRecords(index: IndexName, records: Records): Promise<PackageRecord[]> {
  const own = await records.list(index);
  if (index.arch === NOARCH) return own;
  return [...own, ...(await records.list({ ...index, arch: NOARCH }))];
}

/** What an index must list, if it lists `listed` and `seen` is all there is to say of the touched files. */
export function applyRecords(
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

export function sameEntries(a: Entries, b: Entries): boolean {
  if (a.size !== b.size) return false;
  for (const [key, entry] of a) {
    const other = b.get(key);
    if (other === undefined || (other !== entry && encodeEntry(other) !== encodeEntry(entry))) return false;
  }
  return true;
}

/** The records that only one of two readings has, by file, claim and state. */
export function changedFiles(
  before: readonly PackageRecord[],
  after: readonly PackageRecord[],
): PackageRecord[] {
  const stateOf = (record: PackageRecord) => `${packageKey(record)} ${record.claim} ${record.state}`;
  const unmatched = new Map(before.map((record) => [stateOf(record), record]));
  for (const record of after) {
    if (!unmatched.delete(stateOf(record))) unmatched.set(stateOf(record), record);
  }
  return [...unmatched.values()];
}
