import { adoptObjects } from '#registry/adopt-objects.ts';
import { type ReconcilePorts, reconcile } from '#registry/reconcile.ts';
import { readAdoptRequest } from './adopt-request.ts';
import { adoptLine, MAX_FINDINGS, reconcileLine } from './report-lines.ts';

/** What is left of Lambda's 15 minutes for the comparison, when there is more to adopt than time. */
const RECONCILE_MS = 5 * 60 * 1000;

/**
 * Reconciles the registry, having first adopted what the event asks for, and logs each report as one line of
 * JSON, over given ports.
 * @param event EventBridge's, or `{"adopt": "PREFIX"}`
 * @returns the reports as logged
 * @throws AggregateError after that, when a part of the registry could not be compared or adopted, so that Lambda runs it again
 */
export const createReconcileHandler =
  (ports: ReconcilePorts, log: (line: string) => void = (line) => process.stdout.write(`${line}\n`)) =>
  async (event: unknown = {}, remainingMs = Number.POSITIVE_INFINITY) => {
    const prefix = readAdoptRequest(event);
    const stopAt = ports.clock() + remainingMs - RECONCILE_MS;
    const adoption = prefix === undefined ? undefined : await adoptObjects({ prefix, stopAt }, ports);
    const adopted = adoption && adoptLine(adoption);
    if (adopted) log(JSON.stringify(adopted));
    const report = await reconcile(ports);
    const reconciled = reconcileLine(report);
    log(JSON.stringify(reconciled));
    throwOf([...(adoption?.failed ?? []), ...report.failed]);
    return { adopted, reconciled };
  };

function throwOf(failed: readonly { key: string; error: unknown }[]): void {
  if (failed.length === 0) return;
  const keys = failed.slice(0, MAX_FINDINGS).map(({ key }) => key);
  throw new AggregateError(
    failed.map(({ error }) => error),
    `These could not be reconciled: ${keys.join(', ')}`,
  );
}
