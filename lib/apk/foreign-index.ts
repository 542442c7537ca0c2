import { ApkFormatError } from './apk-format-error.ts';
import { ByteSource, inOneChunk } from './byte-source.ts';
import { decodeEntry, type IndexEntry } from './index-entry.ts';
import { readIndexSignatures, type SignedIndex } from './index-signatures.ts';
import { MAX_INDEX_FAULTS } from './limits.ts';
import { checkForeign, readIndexText } from './package-index.ts';
import { isSignatureFile } from './signature.ts';

/** An index as somebody else has written it. */
export interface ForeignIndex extends SignedIndex {
  entries: IndexEntry[];
  /** Why a package of it cannot be read, one sentence each; the others can. */
  faults: string[];
}

/**
 * Reads an `APKINDEX.tar.gz` that any tool has written, signed or not; the signatures are not verified.
 * @throws ApkFormatError `bad-index`, and what a damaged gzip or tar gives
 */
export async function decodeForeignIndex(file: Uint8Array): Promise<ForeignIndex> {
  const { signatures, signed } = await takeSignatures(file);
  const text = (await readIndexText(new ByteSource(inOneChunk(signed)), checkForeign)).toString();
  return { signatures, signed, ...decodeStanzas(text) };
}

/** An index that nobody has signed begins with what would be signed, which may be larger than signatures are. */
async function takeSignatures(file: Uint8Array): Promise<SignedIndex> {
  const unsigned: SignedIndex = { signatures: new Map(), signed: file };
  try {
    const index = await readIndexSignatures(file);
    const [first = ''] = index.signatures.keys();
    return isSignatureFile(first) ? index : unsigned;
  } catch (error) {
    if (error instanceof ApkFormatError && error.code === 'control-too-large') return unsigned;
    throw error;
  }
}

function decodeStanzas(text: string): Pick<ForeignIndex, 'entries' | 'faults'> {
  const entries: IndexEntry[] = [];
  const faults: string[] = [];
  for (const stanza of text.split(/\n{2,}/)) {
    const lines = stanza.replace(/^\n|\n$/g, '');
    if (lines === '') continue;
    try {
      entries.push(decodeEntry(lines, { isForeign: true }));
    } catch (error) {
      if (!(error instanceof ApkFormatError)) throw error;
      faults.push(error.message);
      if (faults.length > MAX_INDEX_FAULTS)
        throw new ApkFormatError(
          'bad-index',
          `More than ${MAX_INDEX_FAULTS} packages of the index cannot be read. ${faults[0]}`,
        );
    }
  }
  return { entries, faults };
}
