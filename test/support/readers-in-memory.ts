import type { Readers } from '#registry/readers.ts';

/** Readers for the tests of what is written to them. */
export function readersInMemory(): Readers {
  const entries = new Map<string, string>();
  return {
    async update(changes) {
      for (const [key, value] of changes) {
        if (value === undefined) entries.delete(key);
        else entries.set(key, value);
      }
    },
    list: async () => new Map(entries),
  };
}
