import { setTimeout as pause } from 'node:timers/promises';

/** Acts again and again, `every` milliseconds, or as soon as it has acted if that takes longer. */
export async function eachTick(every: number, over: AbortSignal, act: () => Promise<void>): Promise<void> {
  while (!over.aborted) {
    const startedAt = Date.now();
    await act();
    const left = Math.max(0, startedAt + every - Date.now());
    await pause(left, undefined, { signal: over }).catch(() => {});
  }
}
