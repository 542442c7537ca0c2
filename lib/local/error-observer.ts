import type { Observer } from '#registry/observer.ts';

/** On one machine, people see for themselves what comes and goes; they are told of errors. */
export const errorObserver = (onError: (error: unknown) => void): Observer => ({
  published() {},
  deleted() {},
  rejected() {},
  indexWritten() {},
  indexContended() {},
  indexUpdated() {},
  changeIndexed() {},
  adopted() {},
  reconciled() {},
  reindexed() {},
  failed: onError,
});
