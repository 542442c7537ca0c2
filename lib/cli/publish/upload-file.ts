import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { ApkFormatError } from '#apk/apk-format-error.ts';
import type { RepositoryName } from '#registry/ports.ts';
import type { ApiClient } from '../connection/api-client.ts';
import { problemSchema, RefusalError } from '../connection/refusal.ts';
import { apiPathOf } from '../connection/repository-path.ts';
import { type Retry, retry } from '../connection/retry.ts';
import { describeFile } from './describe-file.ts';
import { packageAnswer } from './package-answer.ts';
import type { FileOnItsWay, PublishedFile, PublishOptions } from './publish-file.ts';
import { isExpired, stageFile, uploadOffer } from './stage-file.ts';

/** An upload's URLs end after some time; this often new ones are asked for. */
const MAX_OFFERS = 3;
/** Below the 30 seconds that the API may take. */
const STATUS_WAIT_SECONDS = 25;
/** Between two questions, whatever the registry makes of `wait`. */
const POLL_MS = 500;
/** A registry takes minutes for the largest files; one that has not by then has lost it. */
const PATIENCE_MS = 3_600_000;

const uploadStatus = z.looseObject({
  /** Others of a later version are waited for, too. */
  state: z.string(),
  package: packageAnswer.nullish(),
  problem: problemSchema.nullish(),
});

/**
 * Publishes a file that is too large for one request: to where the registry says, which then reads it from there.
 * @throws RefusalError, UnreachableError, UnreadableFileError; the signal's reason
 */
export async function uploadFile(
  file: FileOnItsWay,
  to: RepositoryName,
  client: ApiClient,
  options: PublishOptions,
): Promise<PublishedFile> {
  const { signal, onProgress = () => {}, wait } = options;
  const onRetry = (again: Retry) =>
    onProgress({ stage: 'retrying', bytes: 0, size: file.size, retry: again });
  const statusPath = await stage(file, to, client, { ...options, onRetry });
  onProgress({ stage: 'checking', bytes: file.size, size: file.size });
  const published = await outcomeOf(statusPath, client, { wait, signal, onRetry });
  return { outcome: 'published', package: published };
}

interface Retrying {
  signal?: AbortSignal | undefined;
  onRetry(retry: Retry): void;
}

/** @returns where the upload's status is */
async function stage(
  file: FileOnItsWay,
  to: RepositoryName,
  client: ApiClient,
  options: PublishOptions & Retrying,
): Promise<string> {
  const { size, sha256 } = file;
  const { partSize, signal, onRetry } = options;
  const announced = {
    size,
    sha256,
    file: await nameOf(file),
    part_size: partSize !== undefined && partSize < size ? partSize : undefined,
  };
  for (let offers = 1; ; offers++) {
    const ask = () => client.post(`${apiPathOf(to)}/uploads`, announced, uploadOffer, { signal });
    const offer = await retry(ask, { signal, onRetry });
    try {
      await stageFile(file, offer, client, options);
      return client.pathOf(offer.status_url);
    } catch (error) {
      if (offers === MAX_OFFERS || !isExpired(error)) throw error;
    }
  }
}

/** What it would be published as, so that what is there already is not sent; the registry says what is wrong with it. */
async function nameOf(file: FileOnItsWay): Promise<string | undefined> {
  try {
    const { arch, file: name } = await describeFile(file);
    return `${arch}/${name}`;
  } catch (error) {
    if (error instanceof ApkFormatError) return undefined;
    throw error;
  }
}

/** @throws RefusalError for a package that the registry does not take */
async function outcomeOf(
  path: string,
  client: ApiClient,
  { wait, signal, onRetry }: Retrying & { wait: number | undefined },
) {
  const seconds = wait === undefined ? 2 : Math.min(Math.max(wait, 2), STATUS_WAIT_SECONDS);
  const options = { signal, timeoutSeconds: seconds + 20 };
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    const ask = () => client.get(`${path}?wait=${seconds}`, uploadStatus, options);
    const { state, package: published, problem } = await retry(ask, { signal, onRetry });
    if (published) return published;
    if (state === 'refused') throw refusalIn(problem);
    if (Date.now() > giveUpAt) throw new Error('The registry has the file, but says nothing of it.');
    await pause(POLL_MS, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}

function refusalIn(problem: z.infer<typeof uploadStatus>['problem']): RefusalError {
  if (!problem) return new RefusalError('The registry refused the file, and not why.', { status: 400 });
  const { detail, status = 400, code, identical } = problem;
  return new RefusalError(detail, { status, code, identical });
}
