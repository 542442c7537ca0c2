import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import { InflateRaw } from 'node:zlib';

export interface Replacement {
  /** Somebody's pause; `undefined` where it takes as long as always. */
  sleep(milliseconds: number): Promise<void> | undefined;
  /** In place of `Math.random`, which makes pauses different from each other. */
  random(): number;
}

/** Inflaters whose work is with another thread. */
const busy = new Set<InflateRaw>();

/** Whether anything is being done that nobody has to be asked for to go on. */
export const isInflating = () => busy.size > 0;

/**
 * Takes out what makes two runs of the same thing differ: pauses, whoever asks for them and in whichever way, chance,
 * and threads, whose work can be waited for by `isInflating`.
 * @returns what puts it back
 */
export function replaceTime({ sleep, random }: Replacement): () => void {
  const { setTimeout: pause } = timers;
  const { setTimeout } = globalThis;
  const { random: chance } = Math;
  const pauseAsTold = (milliseconds = 0, value?: unknown, options?: object) =>
    sleep(milliseconds)?.then(() => value) ?? pause(milliseconds, value, options);
  const callAsTold = (callback: (...args: unknown[]) => void, milliseconds = 0, ...args: unknown[]) => {
    const slept = sleep(milliseconds);
    if (slept === undefined) return setTimeout(callback, milliseconds, ...args);
    void slept.then(() => callback(...args));
    return undefined;
  };
  timers.setTimeout = pauseAsTold as typeof pause;
  globalThis.setTimeout = Object.assign(callAsTold, setTimeout) as unknown as typeof setTimeout;
  const stopWatching = watchInflaters();
  Math.random = random;
  syncBuiltinESMExports();
  return () => {
    timers.setTimeout = pause;
    globalThis.setTimeout = setTimeout;
    stopWatching();
    Math.random = chance;
    syncBuiltinESMExports();
  };
}

/** Each is at work from a chunk until it asks for the next one, or has come to the end of its stream. */
function watchInflaters(): () => void {
  const prototype = InflateRaw.prototype;
  const { _transform: transform } = prototype;
  prototype._transform = function (this: InflateRaw, chunk, encoding, callback) {
    const isIdle = () => busy.delete(this);
    this.once('end', isIdle).once('close', isIdle);
    busy.add(this);
    transform.call(this, chunk, encoding, (...result) => {
      isIdle();
      callback(...result);
    });
  };
  return () => {
    prototype._transform = transform;
  };
}
