import { isDeepStrictEqual } from 'node:util';
import { decodeEntry, encodeEntry, type IndexEntry } from '#apk/index-entry.ts';
import { splitPackageFile } from '#apk/names.ts';
import { decodeIndex, encodeIndex } from '#apk/package-index.ts';
import { signatureMember } from '#apk/signature.ts';

/** What is listed can be read again, and is called what its file is called. */
export function checkEntry({ info, checksum, size }: IndexEntry): void {
  const stanza = encodeEntry({ info, checksum, size });
  const read = decodeEntry(stanza.slice(0, -2));
  if (encodeEntry(read) !== stanza) throw new Error(`the index reads ${JSON.stringify(stanza)} otherwise`);
  if (/\n\n./.test(stanza) || stanza.split('\n').some((line) => line !== '' && !/^[A-Za-z]:/.test(line)))
    throw new Error(`the index is forged by ${JSON.stringify(stanza)}`);
  const split = splitPackageFile(`${info.name}-${info.version}.apk`);
  if (split?.name !== info.name || split.version !== info.version)
    throw new Error(`the file of ${info.name} ${info.version} is taken apart as ${JSON.stringify(split)}`);
}

/** The same packages give the same index, whatever their order, and it says again what it was told. */
export async function checkIndex(entries: readonly IndexEntry[]): Promise<Uint8Array> {
  const index = await encodeIndex(entries, 'fuzz');
  if (!Buffer.from(index).equals(await encodeIndex([...entries].reverse(), 'fuzz')))
    throw new Error('the index depends on the order of the packages');
  const signature = await signatureMember([{ keyFileName: 'a.rsa.pub', signature: Buffer.alloc(512) }]);
  const read = await decodeIndex(Buffer.concat([signature, index]));
  const stanzas = (list: readonly IndexEntry[]) => list.map(encodeEntry).sort();
  if (!isDeepStrictEqual(stanzas(read), stanzas(entries)))
    throw new Error('the index does not say again what it was told');
  return index;
}
