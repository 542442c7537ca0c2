import { MAX_UPLOAD_BYTES } from '#lambdas/api/upload-limit.ts';
import type { RepositoryName } from '#registry/ports.ts';
import type { ApiClient } from '../connection/api-client.ts';
import { RefusalError } from '../connection/refusal.ts';
import { apiPathOf } from '../connection/repository-path.ts';
import { type Retry, retry } from '../connection/retry.ts';
import { describeFile } from './describe-file.ts';
import { type PackageAnswer, packageAnswer } from './package-answer.ts';
import { fileSize, hashFile } from './read-file.ts';
import { uploadFile } from './upload-file.ts';
import { waitUntilListed } from './wait-until-listed.ts';

/** The longest that the API waits for an index by itself. */
const MAX_API_WAIT_SECONDS = 25;

export interface LocalFile {
  path: string;
  /** Lower-case hex, where it is known already; it is not computed again. */
  sha256?: string | undefined;
}

/** What is being done with a file; `bytes` of `size` are done. */
export interface PublishProgress {
  stage: 'hashing' | 'sending' | 'checking' | 'retrying';
  bytes: number;
  size: number;
  /** Why it is tried again, and when. */
  retry?: Retry;
}

export interface PublishOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: PublishProgress) => void) | undefined;
  /** Seconds until which the indexes should list it; not looked at without. */
  wait?: number | undefined;
  /** Bytes of the parts that a larger upload is made in; one part without. */
  partSize?: number | undefined;
}

export interface PublishedFile {
  outcome: 'published' | 'already there';
  package: PackageAnswer;
}

/** A file on its way. */
export interface FileOnItsWay {
  path: string;
  size: number;
  sha256: string;
}

/**
 * Publishes a file: with one request, or by an upload where it is too large for that. What fails for a reason that
 * passes is tried again, so it may be published twice: the same bytes that are there count as done.
 * @throws RefusalError, UnreachableError, UnreadableFileError; the signal's reason
 */
export async function publishFile(
  file: LocalFile,
  to: RepositoryName,
  client: ApiClient,
  options: PublishOptions = {},
): Promise<PublishedFile> {
  const { signal, onProgress = () => {}, wait } = options;
  const startedAt = Date.now();
  const size = await fileSize(file.path);
  const onRead = (bytes: number) => onProgress({ stage: 'hashing', bytes, size });
  const sha256 = file.sha256 ?? (await hashFile({ path: file.path, start: 0, size }, { signal, onRead }));
  const sent = { path: file.path, size, sha256 };
  const published = await send(sent, to, client, options).catch((error) => describeIdentical(error, sent));
  if (published.package.sha256 !== sha256) {
    throw new Error(
      `${file.path} changed while it was sent: ${published.package.file} is not what was meant.`,
    );
  }
  if (wait === undefined || published.package.indexed) return published;
  onProgress({ stage: 'checking', bytes: size, size });
  const seconds = wait - (Date.now() - startedAt) / 1000;
  const indexed = await waitUntilListed(published.package, { to, client, seconds, signal });
  return { ...published, package: { ...published.package, indexed } };
}

async function send(
  file: FileOnItsWay,
  to: RepositoryName,
  client: ApiClient,
  options: PublishOptions,
): Promise<PublishedFile> {
  if (file.size > MAX_UPLOAD_BYTES) return uploadFile(file, to, client, options);
  try {
    return await putFile(file, to, client, options);
  } catch (error) {
    const isTooLarge = error instanceof RefusalError && error.code === 'too-large';
    if (!isTooLarge) throw error;
    return uploadFile(file, to, client, options);
  }
}

async function putFile(
  { path, size }: FileOnItsWay,
  to: RepositoryName,
  client: ApiClient,
  { signal, onProgress = () => {}, wait }: PublishOptions,
): Promise<PublishedFile> {
  const query = wait === undefined ? '' : `?wait=${Math.min(wait, MAX_API_WAIT_SECONDS)}`;
  const onSent = (bytes: number) => onProgress({ stage: bytes < size ? 'sending' : 'checking', bytes, size });
  const put = () =>
    client.putFile(`${apiPathOf(to)}${query}`, { path, start: 0, size }, packageAnswer, { signal, onSent });
  const onRetry = (again: Retry) => onProgress({ stage: 'retrying', bytes: 0, size, retry: again });
  return { outcome: 'published', package: await retry(put, { signal, onRetry }) };
}

async function describeIdentical(error: unknown, file: FileOnItsWay): Promise<PublishedFile> {
  if (!(error instanceof RefusalError && error.identical)) throw error;
  return { outcome: 'already there', package: await describeFile(file) };
}
