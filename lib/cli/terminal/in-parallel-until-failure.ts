import { setMaxListeners } from 'node:events';
import { inParallel } from './in-parallel.ts';

/**
 * Works on all items, on a few at a time. The first failure, or an interruption, aborts what is under way.
 * @returns what became of each, in the order of the items
 * @throws the failure or the interruption's reason, once everything that was begun has ended
 */
export async function inParallelUntilFailure<T, R>(
  items: readonly T[],
  atOnce: number,
  interruption: AbortSignal | undefined,
  work: (item: T, signal: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const failed = new AbortController();
  const signals = interruption === undefined ? [failed.signal] : [failed.signal, interruption];
  const signal = AbortSignal.any(signals);
  // Each item that is under way listens, several times.
  setMaxListeners(0, signal);
  const results: R[] = [];
  await inParallel(items, atOnce, async (item, index) => {
    if (signal.aborted) return;
    try {
      results[index] = await work(item, signal);
    } catch (error) {
      failed.abort(error);
    }
  });
  signal.throwIfAborted();
  return results;
}
