import { adoptObjects } from '#registry/adopt-objects.ts';
import { type ReconcilePorts, reconcile } from '#registry/reconcile.ts';
import { MAX_FINDINGS, summarizeAdopt, summarizeReconcile } from '#registry/report-summaries.ts';
import { readReconcileEvent } from './reconcile-event.ts';

/** What is left of Lambda's 15 minutes for the comparison, when there is more to adopt than time. */
const RECONCILE_MS = 5 * 60 * 1000;

/**
 * Reconciles the registry over given ports, having first adopted what the event asks for.
 * @param event EventBridge's, `{"adopt": "PREFIX"}`, or `{"reconcile": true}` of whoever waits for the answer
 * @returns summaries of both reports
 * @throws AggregateError when a part of the registry could not be compared or adopted, so that Lambda runs it again;
 * whoever waits finds that in the report instead
 */
export const createReconcileHandler =
  (ports: ReconcilePorts) =>
  async (event: unknown = {}, remainingMs = Number.POSITIVE_INFINITY) => {
    const { adopt: prefix, reconcile: isAwaited = false } = readReconcileEvent(event);
    const stopAt = ports.clock() + remainingMs - RECONCILE_MS;
    const adoption = prefix === undefined ? undefined : await adoptObjects({ prefix, stopAt }, ports);
    if (adoption) ports.observer.adopted(adoption);
    const startedAt = performance.now();
    const report = await reconcile(ports);
    ports.observer.reconciled(report, performance.now() - startedAt);
    const error = errorOf([...(adoption?.failed ?? []), ...report.failed]);
    if (error && !isAwaited) throw error;
    if (error) ports.observer.failed(error);
    return { adopted: adoption && summarizeAdopt(adoption), reconciled: summarizeReconcile(report) };
  };

/** @returns `undefined` where nothing has failed */
export function errorOf(failed: readonly { key: string; error: unknown }[]): AggregateError | undefined {
  if (failed.length === 0) return undefined;
  const keys = failed.slice(0, MAX_FINDINGS).map(({ key }) => key);
  return new AggregateError(
    failed.map(({ error }) => error),
    `These could not be reconciled: ${keys.join(', ')}`,
  );
}
