import type { ReindexRequest } from './reindex.ts';
import type { ReconcileSummary, ReindexSummary } from './report-summaries.ts';

/** What is done on demand by whoever may sign; it takes as long as it takes, and its observer is told the report, too. */
export interface Maintenance {
  /** @returns the report, or `running` when it takes longer than somebody can be kept waiting */
  reconcile(): Promise<ReconcileAnswer | 'running'>;
  /** As `reconcile`, of one repository's indexes, or of one of them. */
  reindex(request: ReindexRequest): Promise<ReindexSummary | 'running'>;
}

export interface ReconcileAnswer {
  reconciled: ReconcileSummary;
}

/** What lambdas/reconcile is asked for by somebody who waits for the answer. */
export type MaintenanceEvent = { reconcile: true } | { reindex: ReindexRequest };

/** A request may take 29 seconds, with all that comes before and after. */
export const MAX_WAIT_MS = 25_000;

/** @param run hands an event to lambdas/reconcile, and waits for its answer for `MAX_WAIT_MS` at most */
export const maintainBy = (
  run: <Answer>(event: MaintenanceEvent) => Promise<Answer | 'running'>,
): Maintenance => ({
  reconcile: () => run<ReconcileAnswer>({ reconcile: true }),
  reindex: (request) => run<ReindexSummary>({ reindex: request }),
});
