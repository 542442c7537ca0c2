import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Somebody has ended the command with a signal. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  /** What shells say of a process that a signal has ended. */
  readonly exitCode: number;

  constructor(signal: (typeof SIGNALS)[number]) {
    super(`interrupted by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * Does work that a signal to this process aborts; the same signal once more ends the process.
 * @throws Interruption, once the work has ended; what the work throws
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const listeners = SIGNALS.map((name) => {
    const listener = () => controller.abort(new Interruption(name));
    process.once(name, listener);
    return { name, listener };
  });
  try {
    const result = await work(controller.signal);
    controller.signal.throwIfAborted();
    return result;
  } finally {
    for (const { name, listener } of listeners) process.off(name, listener);
  }
}
