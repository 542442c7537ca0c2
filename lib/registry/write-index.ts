import { createHash } from 'node:crypto';
import { encodeSegments } from '#apk/package-index.ts';
import type { Listing } from './index-entries.ts';
import { indexKey } from './object-keys.ts';
import type { IndexName, PackageBucket, Signer } from './ports.ts';
import { publishKeys } from './publish-keys.ts';
import { signIndex } from './sign-index.ts';

const INDEX_HEADERS = { contentType: 'application/gzip', cacheControl: 'max-age=10' };

/**
 * Writes an index, or removes it where nothing is listed.
 * @param etag of the index to replace, if there is one
 * @returns `false` when that is no longer the one that is there
 */
export async function writeIndex(
  index: IndexName,
  listing: Listing,
  etag: string | undefined,
  { packages, signers }: { packages: PackageBucket; signers: readonly Signer[] },
): Promise<boolean> {
  const key = indexKey(index);
  if (listing.length === 0) return packages.delete(key, etag);
  if (etag === undefined) await publishKeys(index.owner, signers, packages);
  const body = await signIndex(await encodeSegments(listing, descriptionOf(index)), signers);
  const sha256 = createHash('sha256').update(body).digest('hex');
  return packages.put(
    key,
    { body, sha256, ...INDEX_HEADERS },
    etag === undefined ? { absent: true } : { etag },
  );
}

/** apk shows it in `apk policy` and keeps at most 160 bytes. */
const descriptionOf = ({ owner, branch, repository }: IndexName) =>
  `${owner}/${branch}/${repository}`.slice(0, 160);
