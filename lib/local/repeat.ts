const A_DAY_MS = 24 * 60 * 60 * 1000;

export interface Repetition {
  /** Milliseconds between the end of one time and the beginning of the next. */
  interval?: number | undefined;
  /** Told of what a time throws; there is a next one nevertheless. */
  onError(error: unknown): void;
}

/** Does something again and again, each day by default, one at a time, until it is closed. */
export function repeat(
  act: () => Promise<unknown>,
  { interval = A_DAY_MS, onError }: Repetition,
): { close(): Promise<void> } {
  let timer: NodeJS.Timeout;
  let running: Promise<unknown> = Promise.resolve();
  let isClosed = false;
  const wait = () => {
    timer = setTimeout(run, interval).unref();
  };
  const run = () => {
    running = act()
      .catch(onError)
      .then(() => isClosed || wait());
  };
  wait();
  return {
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await running;
    },
  };
}
