import { ApkFormatError } from './apk-format-error.ts';
import { ByteSource, inOneChunk } from './byte-source.ts';
import { gzip } from './gzip.ts';
import { inflateMember } from './gzip-member.ts';
import { decodeEntry, encodeEntry, type IndexEntry } from './index-entry.ts';
import { MAX_INDEX_INFLATED_BYTES } from './limits.ts';
import { packTar } from './pack-tar.ts';
import { readSmallMember } from './small-member.ts';
import { readTarFiles } from './tar.ts';
import { compareVersions, isVersion } from './version.ts';

/**
 * The member of `APKINDEX.tar.gz` that is signed: one gzip member with the tar of `DESCRIPTION` and
 * `APKINDEX`. The same entries give the same bytes, in whatever order they come.
 * Source: apk-v2.5 "APKINDEX".
 */
export async function encodeIndex(entries: Iterable<IndexEntry>, description: string): Promise<Uint8Array> {
  const text = [...entries].sort(compareEntries).map(encodeEntry).join('');
  const files = [
    { name: 'DESCRIPTION', body: Buffer.from(description) },
    { name: 'APKINDEX', body: Buffer.from(text) },
  ];
  return gzip(await packTar(files, { cut: false }));
}

/** By name, then from the oldest version to the newest. Foreign indexes have what is no version: that goes first. */
function compareEntries({ info: a }: IndexEntry, { info: b }: IndexEntry): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  const [isOne, isOther] = [isVersion(a.version), isVersion(b.version)];
  if (isOne !== isOther) return isOne ? 1 : -1;
  return (isOne && compareVersions(a.version, b.version)) || (a.version < b.version ? -1 : 1);
}

/**
 * Reads a signed `APKINDEX.tar.gz`; the signatures are not verified.
 * @throws ApkFormatError `bad-index`, and what a damaged gzip or tar gives
 */
export async function decodeIndex(file: Uint8Array): Promise<IndexEntry[]> {
  const source = new ByteSource(inOneChunk(file));
  await readSmallMember(source);
  return decodeEntries(await readIndexText(source));
}

/**
 * The file `APKINDEX` in the member at the cursor, which must be the last one.
 * @throws ApkFormatError `bad-index`, and what a damaged gzip or tar gives
 */
export async function readIndexText(source: ByteSource): Promise<string> {
  const body = inflateMember(source, { checkSize });
  const { files } = await readTarFiles(body);
  const index = files.find(({ name }) => name === 'APKINDEX');
  if (index === undefined) throw new ApkFormatError('bad-index', 'The file has no APKINDEX.');
  if ((await source.peek()) !== undefined)
    throw new ApkFormatError('bad-index', 'The file goes on after its second member.');
  return Buffer.from(index.body).toString();
}

/** @throws ApkFormatError `bad-index` */
function decodeEntries(text: string): IndexEntry[] {
  if (text === '') return [];
  if (!text.endsWith('\n\n'))
    throw new ApkFormatError('bad-index', 'The index does not end with an empty line.');
  return text
    .slice(0, -2)
    .split('\n\n')
    .map((stanza) => decodeEntry(stanza));
}

function checkSize(_compressed: number, inflated: number): void {
  if (inflated > MAX_INDEX_INFLATED_BYTES) {
    throw new ApkFormatError(
      'bad-index',
      `The index inflates to more than ${MAX_INDEX_INFLATED_BYTES} bytes.`,
    );
  }
}
