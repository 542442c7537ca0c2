import { readAnswerBody } from './read-answer-body.ts';
import { RefusalError, UnreachableError } from './refusal.ts';
import type { RegistryAddress } from './registry-address.ts';
import { readRetryAfter } from './retry.ts';

const TIMEOUT_SECONDS = 20;

/** Where a request goes, and what it says of its sender. */
export type Destination = Pick<RegistryAddress, 'origin' | 'authorization'>;

export interface Answer {
  status: number;
  /** Of the body, as its header says. */
  type: string;
  /** Seconds after which to come back, where the answer says so. */
  retryAfter: number | undefined;
  body: Buffer;
}

export interface RequestOptions {
  /** Ends the request. */
  signal?: AbortSignal | undefined;
  /** For how long an answer is waited for. */
  timeoutSeconds?: number | undefined;
}

interface RequestContent extends RequestOptions {
  method?: string;
  /** The body; none without it. */
  json?: unknown;
}

/**
 * Sends one request to a registry. A redirect is an answer: nobody else is to see the credentials.
 * @throws UnreachableError that names the address, when there is no answer; RefusalError when it never ends; the signal's reason
 */
export async function sendRequest(
  { origin, authorization }: Destination,
  path: string,
  { method = 'GET', json, signal, timeoutSeconds = TIMEOUT_SECONDS }: RequestContent = {},
): Promise<Answer> {
  const headers: Record<string, string> = {
    ...(authorization !== undefined && { authorization }),
    ...(json !== undefined && { 'content-type': 'application/json' }),
  };
  const body = json === undefined ? undefined : JSON.stringify(json);
  const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
  const either = signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
  try {
    const response = await fetch(`${origin}${path}`, {
      method,
      headers,
      body,
      redirect: 'manual',
      signal: either,
    });
    const { status } = response;
    return {
      status,
      type: response.headers.get('content-type') ?? '',
      retryAfter: readRetryAfter(response.headers.get('retry-after')),
      body: await readAnswerBody(`${origin}${path}`, status, response.body),
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof RefusalError) throw error;
    throw unreachable(`${origin}${path}`, error as Error);
  }
}

/** @param address without a query, which may be a secret */
export function unreachable(address: string, error: Error): UnreachableError {
  const { message, cause } = error;
  const reason = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : message;
  return new UnreachableError(`${address} could not be reached: ${reason?.replace(/\.$/, '')}.`, {
    cause: error,
  });
}
