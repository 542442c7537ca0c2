import type { IndexUpdates } from '#registry/update-indexes.ts';

/** What an operator should read of index updates: the failures, which come again, and the orphans, which do not. */
export const indexErrors = ({ failures, orphans }: IndexUpdates): Error[] => [
  ...failures.map(({ index, error }) => new Error(`${index} was not updated`, { cause: error })),
  ...orphans.map((key) => new Error(`${key} was stored past the registry; it is not listed`)),
];
