import type { Readers } from './readers.ts';

/** As long as every file is open to all, nobody decides reads by a copy of the tokens, and none is kept. */
export const NO_READERS: Readers = {
  update: async () => {},
  list: async () => new Map(),
};
