import { ApkFormatError } from '#apk/apk-format-error.ts';
import { ByteSource, inOneChunk } from '#apk/byte-source.ts';
import { type EntryChange, editSegments } from '#apk/edit-index.ts';
import type { IndexEntry } from '#apk/index-entry.ts';
import type { IndexSegment } from '#apk/index-segment.ts';
import { readIndexSignatures } from '#apk/index-signatures.ts';
import { NOARCH } from '#apk/names.ts';
import { decodeIndex, openSegments, orderEntries, readIndexText } from '#apk/package-index.ts';
import { packageKey } from './object-keys.ts';
import type { IndexName, PackageFileName, PackageRecord, Records, Signer } from './ports.ts';
import { isSignedBy } from './sign-index.ts';

/** What an index lists, in its order. */
export type Listing = readonly IndexSegment[];

/**
 * What a stored index lists. Where it has our signatures, its own word on where its parts are is taken; any other is
 * read from end to end.
 * @returns `undefined` when it cannot be read and has to be made of all records
 */
export async function readListing(
  file: Uint8Array,
  signers: readonly Signer[],
): Promise<Listing | undefined> {
  try {
    const ours = (await isSignedBy(signers, file)) ? await openSigned(file) : undefined;
    return ours ?? orderEntries(await decodeIndex(file));
  } catch (error) {
    if (error instanceof ApkFormatError) return undefined;
    throw error;
  }
}

async function openSigned(file: Uint8Array): Promise<Listing | undefined> {
  const { signed } = await readIndexSignatures(file);
  return openSegments(signed);
}

/** Every record an index is made of: its own and, for a real architecture, the noarch ones. */
export async function listRecords(index: IndexName, records: Records): Promise<PackageRecord[]> {
  const own = await records.list(index);
  if (index.arch === NOARCH) return own;
  return [...own, ...(await records.list({ ...index, arch: NOARCH }))];
}

/** What an index must list that is made of these records. */
export const listLive = (seen: readonly PackageRecord[]): Listing => orderEntries(seen.flatMap(entryOf));

/**
 * What an index must list, if it lists `listed` and `seen` is all there is to say of the touched files.
 * @returns `listed` itself, if nothing changes
 */
export function applyRecords(
  listed: Listing,
  touched: readonly PackageFileName[],
  seen: readonly PackageRecord[],
): Listing {
  const changes = new Map<string, EntryChange>();
  for (const name of touched) changes.set(packageKey(name), { name, entry: undefined });
  for (const record of seen) changes.set(packageKey(record), { name: record, entry: entryOf(record)[0] });
  return editSegments(listed, [...changes.values()]);
}

/** Nothing for a record that is not to be listed. */
function entryOf({ state, info, checksum, size }: PackageRecord): IndexEntry[] {
  return state === 'live' ? [{ info, checksum, size }] : [];
}

/** Whether a stored index lists just this; it is read from end to end, whoever signed it. */
export async function says(file: Uint8Array, listing: Listing): Promise<boolean> {
  try {
    const { signed } = await readIndexSignatures(file);
    const text = await readIndexText(new ByteSource(inOneChunk(signed)));
    return Buffer.concat(listing.map((segment) => segment.text())).equals(text);
  } catch (error) {
    if (error instanceof ApkFormatError) return false;
    throw error;
  }
}

/** Files by their record's claim and state; what else a record has is not kept. */
export type RecordStates = ReadonlyMap<string, PackageFileName>;

export function statesOf(records: readonly PackageRecord[]): RecordStates {
  const states = new Map<string, PackageFileName>();
  for (const record of records) {
    const { owner, branch, repository, arch, name, version } = record;
    const file = { owner, branch, repository, arch, name, version };
    states.set(`${packageKey(file)} ${record.claim} ${record.state}`, file);
  }
  return states;
}

/** The files of which only one of two readings has a record in just this claim and state. */
export function changedFiles(before: RecordStates, after: RecordStates): PackageFileName[] {
  const unmatched = [...before].filter(([state]) => !after.has(state));
  return [...unmatched, ...[...after].filter(([state]) => !before.has(state))].map(([, file]) => file);
}
