import type { IndexUpdates } from '#registry/update-indexes.ts';

/** What an operator should read of a batch: failures and unreadable messages, which come again, and orphans, which do not. */
export const indexErrors = ({ failures, orphans }: IndexUpdates, unreadable: readonly string[]): Error[] => [
  ...failures.map(({ index, error }) => new Error(`${index} was not updated`, { cause: error })),
  ...orphans.map((key) => new Error(`${key} was stored past the registry; it is not listed`)),
  ...unreadable.map((id) => new Error(`The message ${id} is no notification of S3`)),
];
