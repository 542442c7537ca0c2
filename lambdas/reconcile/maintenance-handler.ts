import type { ReconcilePorts } from '#registry/reconcile.ts';
import { reindex } from '#registry/reindex.ts';
import { summarizeReindex } from '#registry/report-summaries.ts';
import { readReconcileEvent } from './reconcile-event.ts';
import { createReconcileHandler, errorOf } from './reconcile-handler.ts';

/**
 * Makes the indexes anew that the event names, over given ports; for any other event, reconciles.
 * @param event `{"reindex": {"owner", "branch", "repository", "arch"?}}`, or as `createReconcileHandler` takes it
 * @returns a summary of the report, with what has failed in it
 * @throws RegistryError `not-found`; what `createReconcileHandler` throws
 */
export const createMaintenanceHandler = (ports: ReconcilePorts) => {
  const reconcile = createReconcileHandler(ports);
  return async (event: unknown, remainingMs?: number) => {
    const { reindex: request } = readReconcileEvent(event);
    if (request === undefined) return reconcile(event, remainingMs);
    const report = await reindex(request, ports);
    ports.observer.reindexed(report);
    const error = errorOf(report.failed);
    if (error) ports.observer.failed(error);
    return summarizeReindex(report);
  };
};
