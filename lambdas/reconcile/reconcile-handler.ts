import { type ReconcilePorts, reconcile } from '#registry/reconcile.ts';

/** A log's line, and a person, take so many. */
const MAX_NAMED = 50;

/**
 * Reconciles the registry over given ports.
 * @throws AggregateError when a part of the registry could not be compared, so that Lambda runs it again
 */
export const createReconcileHandler = (ports: ReconcilePorts) => async (): Promise<void> => {
  const startedAt = performance.now();
  const report = await reconcile(ports);
  ports.observer.reconciled(report, performance.now() - startedAt);
  if (report.failed.length === 0) return;
  const keys = report.failed.slice(0, MAX_NAMED).map(({ key }) => key);
  const errors = report.failed.map(({ error }) => error);
  throw new AggregateError(errors, `These could not be reconciled: ${keys.join(', ')}`);
};
