import { RefusalError, UnreachableError } from '#cli/connection/refusal.ts';
import { readRetryAfter, secondsUntilRetry } from '#cli/connection/retry.ts';

const refusal = (status: number, retryAfter?: number) => new RefusalError('no', { status, retryAfter });
const [least, most] = [() => 0, () => 1];

test('each pause is about twice the one before, and none is longer than 20 seconds', () => {
  const pauses = [1, 2, 3, 4, 5, 6, 7, 8].map((tries) => secondsUntilRetry(refusal(503), tries, most));
  expect(pauses).toEqual([0.5, 1, 2, 4, 8, 16, 20, 20]);
  expect(secondsUntilRetry(new UnreachableError('gone'), 3, least)).toBe(1);
});

test('who says when to come back is not asked before, nor by all at once', () => {
  expect(secondsUntilRetry(refusal(429, 60), 1, least)).toBe(60);
  expect(secondsUntilRetry(refusal(429, 60), 1, most)).toBe(60.5);
});

test('who says to come back much later is not waited for', () => {
  expect(secondsUntilRetry(refusal(503, 3600), 1)).toBeUndefined();
});

test('what would fail again is not tried again', () => {
  for (const status of [301, 400, 401, 403, 404, 409, 413, 501]) {
    expect(secondsUntilRetry(refusal(status, 1), 1)).toBeUndefined();
  }
  expect(secondsUntilRetry(new Error('a mistake of ours'), 1)).toBeUndefined();
});

test('Retry-After is a number of seconds or a date', () => {
  const now = Date.parse('2024-05-01T00:00:00Z');
  expect(readRetryAfter('120')).toBe(120);
  expect(readRetryAfter('Wed, 01 May 2024 00:00:30 GMT', now)).toBe(30);
  expect(readRetryAfter('Tue, 30 Apr 2024 00:00:00 GMT', now)).toBe(0);
  for (const text of [undefined, null, '', 'soon', '-1']) expect(readRetryAfter(text)).toBeUndefined();
});
