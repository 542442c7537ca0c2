import { setTimeout as pause } from 'node:timers/promises';
import { RefusalError, UnreachableError } from './refusal.ts';

const MAX_TRIES = 6;
const FIRST_PAUSE_SECONDS = 0.5;
const LONGEST_PAUSE_SECONDS = 20;
/** Who is asked to come back later than this is better told so. */
const LONGEST_RETRY_AFTER_SECONDS = 120;

const PASSING_STATUSES = new Set([429, 500, 502, 503, 504]);
/** Refusals that end by themselves: the registry's own, then S3's (API Reference, "Error responses"). */
const PASSING_CODES = new Set([
  'being-published',
  'claim-lost',
  'being-deleted',
  'RequestTimeout',
  'ConditionalRequestConflict',
  'OperationAborted',
]);

export interface Retry {
  reason: Error;
  /** After which it is tried again. */
  seconds: number;
}

export interface RetryOptions {
  signal?: AbortSignal | undefined;
  onRetry?: ((retry: Retry) => void) | undefined;
}

/**
 * Does what may be done twice again while it fails for a reason that passes.
 * @throws what the last try threw; the signal's reason
 */
export async function retry<T>(work: () => Promise<T>, { signal, onRetry }: RetryOptions = {}): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      const seconds = tries < MAX_TRIES ? secondsUntilRetry(error, tries) : undefined;
      if (seconds === undefined) throw error;
      onRetry?.({ reason: error as Error, seconds });
      await pause(seconds * 1000, undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
  }
}

/**
 * What the answer asks for, or else twice as long each time; with jitter, since others fail at the same moment.
 * @param tries those made so far
 * @returns `undefined` for what would fail again
 */
export function secondsUntilRetry(error: unknown, tries: number, random = Math.random): number | undefined {
  const longest = Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (tries - 1));
  if (error instanceof UnreachableError) return longest * (0.5 + random() / 2);
  if (!(error instanceof RefusalError && isPassing(error))) return undefined;
  const { retryAfter } = error;
  if (retryAfter === undefined) return longest * (0.5 + random() / 2);
  return retryAfter > LONGEST_RETRY_AFTER_SECONDS ? undefined : retryAfter + FIRST_PAUSE_SECONDS * random();
}

/** Whether the same request may succeed later. */
export const isPassing = ({ status, code }: RefusalError): boolean =>
  PASSING_STATUSES.has(status) || (code !== undefined && PASSING_CODES.has(code));

/**
 * The header `Retry-After`, a number of seconds or a date, as seconds from now. Source: RFC 9110, 10.2.3.
 * @returns `undefined` without one that can be read
 */
export function readRetryAfter(text: string | null | undefined, now = Date.now()): number | undefined {
  if (!text) return undefined;
  if (/^[0-9]{1,9}$/.test(text)) return Number(text);
  const at = /[a-z]{3}/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, (at - now) / 1000);
}
