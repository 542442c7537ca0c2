import * as z from 'zod';
import type { ApiClient } from '../connection/api-client.ts';
import { RefusalError, refusalOf } from '../connection/refusal.ts';
import { type Retry, retry } from '../connection/retry.ts';
import { inParallel } from '../terminal/in-parallel.ts';
import type { FileOnItsWay, PublishOptions } from './publish-file.ts';
import type { FilePart } from './read-file.ts';
import { type SendFileOptions, sendFile } from './send-file.ts';

/** Parts on their way at the same time. */
const PARTS_AT_ONCE = 4;

const httpUrl = z.string().regex(/^https?:\/\//);

/** Where the bytes of an upload are to go; in parts where `url` is null. */
export const uploadOffer = z.looseObject({
  url: httpUrl.nullable(),
  headers: z.record(z.string(), z.string()).optional(),
  parts: z.array(z.looseObject({ number: z.number(), url: httpUrl, size: z.number() })).optional(),
  complete_url: z.string().optional(),
  status_url: z.string(),
});

export type UploadOffer = z.infer<typeof uploadOffer>;

interface StagingOptions extends PublishOptions {
  onRetry(retry: Retry): void;
}

/**
 * Sends a file to where an upload's bytes go; without the token, which the storage is not to see.
 * @throws RefusalError with what the storage says; UnreachableError, UnreadableFileError; the signal's reason
 */
export async function stageFile(
  file: FileOnItsWay,
  offer: UploadOffer,
  client: ApiClient,
  options: StagingOptions,
): Promise<void> {
  if (offer.url === null) return stageParts(file, offer, client, options);
  const url = offer.url;
  const { path, size } = file;
  const onSent = (bytes: number) => options.onProgress?.({ stage: 'sending', bytes, size });
  const sending = { signal: options.signal, onSent, headers: offer.headers ?? {} };
  await retry(() => send(url, { path, start: 0, size }, sending), options).catch(acceptStaged);
}

/** An earlier try whose answer was lost has arrived: S3 takes an upload's bytes once. */
function acceptStaged(error: unknown): void {
  if (!(error instanceof RefusalError && error.status === 412)) throw error;
}

async function stageParts(
  file: FileOnItsWay,
  { parts = [], complete_url: completeUrl = '' }: UploadOffer,
  client: ApiClient,
  { onRetry, onProgress = () => {}, signal }: StagingOptions,
): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([failed.signal, ...(signal === undefined ? [] : [signal])]);
  const sent = parts.map(() => 0);
  const sendPart = async ({ url, part }: PlacedPart, index: number) => {
    const onSent = (bytes: number) => {
      sent[index] = bytes;
      onProgress({ stage: 'sending', bytes: sent.reduce((sum, each) => sum + each, 0), size: file.size });
    };
    await retry(() => send(url, part, { signal: either, onSent }), { signal: either, onRetry });
  };
  try {
    await inParallel(placeParts(file, parts), PARTS_AT_ONCE, sendPart);
  } catch (error) {
    failed.abort(error);
    throw error;
  }
  await retry(() => client.post(client.pathOf(completeUrl), undefined, z.unknown(), { signal }), {
    signal,
    onRetry,
  });
}

interface PlacedPart {
  url: string;
  part: FilePart;
}

function placeParts({ path, size }: FileOnItsWay, parts: NonNullable<UploadOffer['parts']>): PlacedPart[] {
  let start = 0;
  const placed = parts.map((each) => {
    const part = { path, start, size: each.size };
    start += each.size;
    return { url: each.url, part };
  });
  if (start === size) return placed;
  throw new Error(`The registry offers parts of ${start} bytes together for a file of ${size}.`);
}

async function send(url: string, part: FilePart, options: SendFileOptions): Promise<void> {
  const answer = await sendFile(new URL(url), part, options);
  if (answer.status < 200 || answer.status >= 300) throw refusalOf(answer, new URL(url).origin);
}

/** Whether the URLs of an upload have ended. Source: S3 API Reference, "Error responses". */
export const isExpired = (error: unknown): boolean =>
  error instanceof RefusalError && error.status === 403 && /expired/i.test(error.message);
