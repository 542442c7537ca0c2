import { readIndexSignatures } from '#apk/index-signatures.ts';
import { isSignatureOf } from '#apk/public-key.ts';
import { parseSignatureName, type SignatureName } from '#apk/signature.ts';
import { INDEX_FILE } from '#registry/object-keys.ts';
import { ownerOf } from '../connection/registry-address.ts';
import type { RegistryClient, SigningKey } from '../connection/registry-client.ts';

/** `missing`: a key that signs has not signed this index yet. */
export type SignatureState = 'valid' | 'does not verify' | 'unknown key' | 'missing';

export interface CheckedSignature {
  /** The key's file name. */
  file: string;
  state: SignatureState;
}

export interface CheckedIndex {
  arch: string;
  signatures: CheckedSignature[];
  /** Why it could not be checked. */
  error?: string;
}

/** One repository of a registry, `/acme/v3.22/main`. */
interface Repository {
  path: string;
  keys: readonly SigningKey[];
  client: RegistryClient;
}

/** Verifies the signatures of those indexes that a repository has. */
export async function checkIndexes(
  repository: Repository,
  architectures: readonly string[],
): Promise<CheckedIndex[]> {
  const publicKeys = rememberingKeys(repository);
  const checked = await Promise.all(architectures.map((arch) => checkIndex(arch, repository, publicKeys)));
  return checked.filter((index) => index !== undefined);
}

type PublicKeys = (file: string) => Promise<string | undefined>;

/** The keys as a new client is given them, each fetched once. */
function rememberingKeys({ path, client }: Repository): PublicKeys {
  const fetched = new Map<string, Promise<string | undefined>>();
  return (file) => {
    const known = fetched.get(file);
    if (known !== undefined) return known;
    const fetching = client
      .file(`/${ownerOf(path)}/${encodeURIComponent(file)}`)
      .then((body) => body?.toString());
    fetched.set(file, fetching);
    return fetching;
  };
}

async function checkIndex(
  arch: string,
  { path, keys, client }: Repository,
  publicKeys: PublicKeys,
): Promise<CheckedIndex | undefined> {
  try {
    const index = await client.file(`${path}/${arch}/${INDEX_FILE}`);
    if (index === undefined) return undefined;
    const { signatures, signed } = await readIndexSignatures(index);
    const checked: CheckedSignature[] = [];
    for (const [entry, signature] of signatures) {
      const name = parseSignatureName(entry);
      if (name === undefined) continue;
      const publicKey = await publicKeys(name.keyFileName);
      checked.push(checkSignature(name, publicKey, signature, signed));
    }
    for (const { file } of keys) {
      if (!checked.some((signature) => signature.file === file)) checked.push({ file, state: 'missing' });
    }
    return { arch, signatures: checked };
  } catch (error) {
    return { arch, signatures: [], error: (error as Error).message };
  }
}

/** @param publicKey PEM; `undefined` where there is none of that name */
export function checkSignature(
  { algorithm, keyFileName }: SignatureName,
  publicKey: string | undefined,
  signature: Uint8Array,
  signed: Uint8Array,
): CheckedSignature {
  if (publicKey === undefined) return { file: keyFileName, state: 'unknown key' };
  const isValid = isSignatureOf(publicKey, algorithm, signature, signed);
  return { file: keyFileName, state: isValid ? 'valid' : 'does not verify' };
}
