import { ApkFormatError } from './apk-format-error.ts';
import { ByteSource, inOneChunk } from './byte-source.ts';
import { gzip } from './gzip.ts';
import { inflateMember, type MemberReader } from './gzip-member.ts';
import type { IndexEntry } from './index-entry.ts';
import { compareEntryNames } from './index-order.ts';
import { decodeEntries, IndexSegment, partEntries } from './index-segment.ts';
import { FREE_INDEX_INFLATED_BYTES, MAX_INDEX_INFLATED_BYTES, MAX_INFLATION } from './limits.ts';
import { packTar, packTarHeader, tarTail } from './pack-tar.ts';
import { deflateSegment, joinSegments, splitSegments } from './segmented-gzip.ts';
import { readSmallMember } from './small-member.ts';
import { readTarFiles } from './tar.ts';

/**
 * The member of `APKINDEX.tar.gz` that is signed: one gzip member with the tar of `DESCRIPTION` and `APKINDEX`.
 * The same entries give the same bytes, in whatever order they come, and whichever index they were added to.
 * Source: apk-v2.5 "APKINDEX".
 */
export const encodeIndex = (entries: Iterable<IndexEntry>, description: string): Promise<Uint8Array> =>
  encodeSegments(orderEntries(entries), description);

/** As `encodeIndex`, of entries that stand in order and are parted. A single segment is no table's worth. */
export async function encodeSegments(segments: readonly IndexSegment[], text: string): Promise<Uint8Array> {
  const description = { name: 'DESCRIPTION', body: Buffer.from(text) };
  if (segments.length < 2) {
    const body = segments[0]?.text() ?? Buffer.alloc(0);
    return gzip(await packTar([description, { name: 'APKINDEX', body }], { cut: false }));
  }
  const stanzas = segments.map((each) => each.segment());
  const size = stanzas.reduce((bytes, { inflatedBytes }) => bytes + inflatedBytes, 0);
  const head = [await packTar([description], { cut: true }), await packTarHeader('APKINDEX', size)];
  return joinSegments([deflateSegment(Buffer.concat(head)), ...stanzas, deflateSegment(tarTail(size))]);
}

/** The entries as they stand in an index, in segments. */
export const orderEntries = (entries: Iterable<IndexEntry>): IndexSegment[] =>
  partEntries([...entries].sort((a, b) => compareEntryNames(a.info, b.info)));

/**
 * The segments of a signed member that `encodeIndex` made; nothing is inflated. What the header says of them is
 * believed, so it is for what was verified to be ours.
 * @returns `undefined` for one made otherwise
 */
export function openSegments(member: Uint8Array): IndexSegment[] | undefined {
  // Before and after the entries are the tar's head and tail.
  return splitSegments(member)?.slice(1, -1).map(IndexSegment.ofSegment);
}

/**
 * Reads a signed `APKINDEX.tar.gz`; the signatures are not verified.
 * @throws ApkFormatError `bad-index`, and what a damaged gzip or tar gives
 */
export async function decodeIndex(file: Uint8Array): Promise<IndexEntry[]> {
  const source = new ByteSource(inOneChunk(file));
  await readSmallMember(source);
  return decodeEntries((await readIndexText(source)).toString());
}

/**
 * The file `APKINDEX` in the member at the cursor, which must be the last one.
 * @throws ApkFormatError `bad-index`, and what a damaged gzip or tar gives
 */
export async function readIndexText(
  source: ByteSource,
  checkSize: MemberReader['checkSize'] = checkOwn,
): Promise<Buffer> {
  const body = inflateMember(source, { checkSize });
  const { files } = await readTarFiles(body);
  const index = files.find(({ name }) => name === 'APKINDEX');
  if (index === undefined) throw new ApkFormatError('bad-index', 'The file has no APKINDEX.');
  if ((await source.peek()) !== undefined)
    throw new ApkFormatError('bad-index', 'The file goes on after its second member.');
  return Buffer.from(index.body.buffer, index.body.byteOffset, index.body.length);
}

/** What we list ourselves may be as alike as publishers make it. */
function checkOwn(_compressed: number, inflated: number): void {
  checkLimit(inflated, MAX_INDEX_INFLATED_BYTES);
}

/** For `readIndexText` of an index that anybody made. */
export function checkForeign(compressed: number, inflated: number): void {
  const limit = FREE_INDEX_INFLATED_BYTES + MAX_INFLATION * compressed;
  checkLimit(inflated, Math.min(limit, MAX_INDEX_INFLATED_BYTES));
}

function checkLimit(inflated: number, limit: number): void {
  if (inflated > limit)
    throw new ApkFormatError('bad-index', `The index inflates to more than ${limit} bytes.`);
}
