import { adoptObjects } from '#registry/adopt-objects.ts';
import { type ReconcilePorts, reconcile } from '#registry/reconcile.ts';
import { MAX_FINDINGS, summarizeAdopt, summarizeReconcile } from '#registry/report-summaries.ts';
import { readAdoptRequest } from './adopt-request.ts';

/** What is left of Lambda's 15 minutes for the comparison, when there is more to adopt than time. */
const RECONCILE_MS = 5 * 60 * 1000;

/**
 * Reconciles the registry over given ports, having first adopted what the event asks for.
 * @param event EventBridge's, or `{"adopt": "PREFIX"}`
 * @returns summaries of both reports
 * @throws AggregateError when a part of the registry could not be compared or adopted, so that Lambda runs it again
 */
export const createReconcileHandler =
  (ports: ReconcilePorts) =>
  async (event: unknown = {}, remainingMs = Number.POSITIVE_INFINITY) => {
    const prefix = readAdoptRequest(event);
    const stopAt = ports.clock() + remainingMs - RECONCILE_MS;
    const adoption = prefix === undefined ? undefined : await adoptObjects({ prefix, stopAt }, ports);
    if (adoption) ports.observer.adopted(adoption);
    const startedAt = performance.now();
    const report = await reconcile(ports);
    ports.observer.reconciled(report, performance.now() - startedAt);
    throwOf([...(adoption?.failed ?? []), ...report.failed]);
    return { adopted: adoption && summarizeAdopt(adoption), reconciled: summarizeReconcile(report) };
  };

function throwOf(failed: readonly { key: string; error: unknown }[]): void {
  if (failed.length === 0) return;
  const keys = failed.slice(0, MAX_FINDINGS).map(({ key }) => key);
  throw new AggregateError(
    failed.map(({ error }) => error),
    `These could not be reconciled: ${keys.join(', ')}`,
  );
}
