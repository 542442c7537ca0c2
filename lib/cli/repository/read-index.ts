import { ApkFormatError } from '#apk/apk-format-error.ts';
import { decodeForeignIndex, type ForeignIndex } from '#apk/foreign-index.ts';
import type { IndexEntry } from '#apk/index-entry.ts';
import { MAX_INDEX_INFLATED_BYTES } from '#apk/limits.ts';
import { parseSignatureName } from '#apk/signature.ts';
import { INDEX_FILE } from '#registry/object-keys.ts';
import { type CheckedSignature, checkSignature } from './check-signatures.ts';
import type { PublicKeys } from './read-keys.ts';
import type { OpenFile, Repository } from './repository.ts';
import { RepositoryFault } from './repository-fault.ts';

/** The index of one architecture, as it was found. */
export interface ReadIndex {
  arch: string;
  /** Where it was found: a repository may send several architectures to one index. */
  location: string;
  entries: IndexEntry[];
  /** Why packages of it cannot be read. */
  faults: string[];
  signatures: CheckedSignature[];
  /** Why apk would not trust it; `undefined` where a key that is trusted has signed it. */
  distrust: RepositoryFault | undefined;
}

/**
 * Reads one index and verifies its signatures, of which apk needs one.
 * @returns `undefined` where there is none
 * @throws ApkFormatError, RepositoryFault, RefusalError, UnreachableError
 */
export async function readIndex(
  repository: Repository,
  arch: string,
  keys: PublicKeys,
  signal?: AbortSignal,
): Promise<ReadIndex | undefined> {
  const file = await repository.open(`${arch}/${INDEX_FILE}`, signal);
  if (file === undefined) return undefined;
  const index = await decodeForeignIndex(await readWhole(file));
  const signatures = checkSignatures(index, keys);
  const { location } = file;
  const { entries, faults } = index;
  return { arch, location, entries, faults, signatures, distrust: distrustOf(signatures) };
}

async function readWhole({ chunks }: OpenFile): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > MAX_INDEX_INFLATED_BYTES)
      throw new ApkFormatError('bad-index', `The index has more than ${MAX_INDEX_INFLATED_BYTES} bytes.`);
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

function checkSignatures({ signatures, signed }: ForeignIndex, keys: PublicKeys): CheckedSignature[] {
  return [...signatures].flatMap(([entry, signature]) => {
    const name = parseSignatureName(entry);
    return name === undefined ? [] : [checkSignature(name, keys.get(name.keyFileName), signature, signed)];
  });
}

function distrustOf(signatures: readonly CheckedSignature[]): RepositoryFault | undefined {
  const filesOf = (state: CheckedSignature['state']) =>
    signatures
      .filter((signature) => signature.state === state)
      .map(({ file }) => file)
      .join(', ');
  const wrong = filesOf('does not verify');
  if (wrong !== '') return new RepositoryFault('signature-wrong', `is not what ${wrong} has signed`);
  if (filesOf('valid') !== '') return undefined;
  const unknown = filesOf('unknown key');
  if (unknown === '') return new RepositoryFault('unsigned', 'is not signed');
  return new RepositoryFault(
    'unknown-key',
    `is signed by ${unknown}, and no key of that file name is trusted`,
  );
}
