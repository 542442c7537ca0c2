interface Closable {
  close(): void | Promise<void>;
}

/** Remembers something that was opened, and gives it back. */
export type Keep = <T extends Closable>(thing: T) => T;

/**
 * Opens several things as one. What was kept is closed, the last first, by the `close` of the result,
 * or at once when `open` fails.
 */
export async function openAll<T>(open: (keep: Keep) => Promise<T>): Promise<T & { close(): Promise<void> }> {
  const kept: Closable[] = [];
  async function close(): Promise<void> {
    const errors: unknown[] = [];
    for (const thing of kept.splice(0).reverse()) {
      try {
        await thing.close();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'Not everything was closed');
  }
  try {
    const opened = await open((thing) => {
      kept.push(thing);
      return thing;
    });
    return { ...opened, close };
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}
