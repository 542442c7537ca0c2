import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { readAnswerBody } from '../connection/read-answer-body.ts';
import { RefusalError } from '../connection/refusal.ts';
import { readRetryAfter } from '../connection/retry.ts';
import { type Answer, unreachable } from '../connection/send-request.ts';
import { type FilePart, readPart, UnreadableFileError } from './read-file.ts';

/** Without a byte in either direction; the API may take 30 to answer. */
const STALL_SECONDS = 60;
/** A larger body is sent once the server has agreed to it, or has said nothing for a second; as curl does. */
const EXPECT_BYTES = 1024 * 1024;
const EXPECT_SECONDS = 1;

export interface SendFileOptions {
  headers?: Record<string, string>;
  /** Ends the request. */
  signal?: AbortSignal | undefined;
  /** Is told how many bytes of the part are on their way. */
  onSent?: ((bytes: number) => void) | undefined;
}

/**
 * PUTs a part of a file without ever holding it whole. An answer that comes early ends the sending.
 * @throws UnreachableError when there is no answer; RefusalError when it never ends; UnreadableFileError; the signal's reason
 */
export async function sendFile(url: URL, part: FilePart, options: SendFileOptions = {}): Promise<Answer> {
  const { signal, onSent } = options;
  signal?.throwIfAborted();
  const request = openRequest(url, part.size, options.headers);
  const stop = () => request.destroy();
  signal?.addEventListener('abort', stop);
  try {
    return await exchange(request, part, onSent);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof UnreadableFileError || error instanceof RefusalError) throw error;
    throw unreachable(`${url.origin}${url.pathname}`, error as Error);
  } finally {
    signal?.removeEventListener('abort', stop);
    if (!request.writableFinished) request.destroy();
  }
}

function openRequest(url: URL, size: number, headers: Record<string, string> = {}): ClientRequest {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const expect = size > EXPECT_BYTES && { expect: '100-continue' };
  const request = send(url, { method: 'PUT', headers: { ...headers, 'content-length': size, ...expect } });
  request.setTimeout(STALL_SECONDS * 1000, () =>
    request.destroy(new Error(`nothing was heard for ${STALL_SECONDS} seconds`)),
  );
  return request;
}

async function exchange(
  request: ClientRequest,
  part: FilePart,
  onSent: SendFileOptions['onSent'],
): Promise<Answer> {
  const answered = answerTo(request);
  answered.catch(() => {});
  if (request.hasHeader('expect')) {
    const early = await Promise.race([agreementOf(request), answered]);
    if (early !== undefined) return early;
  }
  const sent = pipeline(readPart(part, onSent), request);
  const refusedOrSent = sent.then(
    () => answered,
    (error) => (error instanceof UnreadableFileError ? Promise.reject(error) : answered),
  );
  return await Promise.race([answered, refusedOrSent]);
}

function answerTo(request: ClientRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    const closed = () => reject(new Error('the connection was closed'));
    request.on('close', closed);
    request.on('response', (response) => {
      request.off('close', closed);
      readAnswer(response, addressOf(request)).then(resolve, reject);
    });
  });
}

/** Without its query, which is a secret where it is signed. */
const addressOf = (request: ClientRequest): string =>
  `${request.protocol}//${request.getHeader('host')}${request.path.replace(/\?.*/, '')}`;

async function readAnswer(response: IncomingMessage, address: string): Promise<Answer> {
  const { statusCode = 0, headers } = response;
  return {
    status: statusCode,
    type: headers['content-type'] ?? '',
    retryAfter: readRetryAfter(headers['retry-after']),
    body: await readAnswerBody(address, statusCode, response),
  };
}

function agreementOf(request: ClientRequest): Promise<undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), EXPECT_SECONDS * 1000);
    const settle = () => {
      clearTimeout(timer);
      resolve(undefined);
    };
    request.on('continue', settle);
    request.on('close', settle);
  });
}
