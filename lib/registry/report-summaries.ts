import type { AdoptReport } from './adopt-report.ts';
import type { ReconcileReport } from './reconcile-report.ts';
import { RegistryError } from './registry-error.ts';
import type { ReindexReport } from './reindex.ts';

/** A log's line has 256 KB in CloudWatch, and a person little time; a key has up to 1,024 bytes. */
export const MAX_FINDINGS = 50;

interface Failure {
  key: string;
  error: unknown;
}

/** The counts are whole; of a long list, the beginning is shown. */
export const summarizeReconcile = ({ indexes, packages, healed, unexplained, failed }: ReconcileReport) => ({
  indexes,
  packages,
  counts: { healed: healed.length, unexplained: unexplained.length, failed: failed.length },
  healed: healed.slice(0, MAX_FINDINGS),
  unexplained: unexplained.slice(0, MAX_FINDINGS),
  failed: shownFailures(failed),
});

export type ReconcileSummary = ReturnType<typeof summarizeReconcile>;

/** All of it; who administers one repository is told of a failure what the API tells of one. */
export const summarizeReindex = ({ reindexed, changed, failed }: ReindexReport) => ({
  reindexed,
  changed,
  failed: failed.map(({ key, error }) => ({
    key,
    code: error instanceof RegistryError ? error.code : 'internal-error',
  })),
});

export type ReindexSummary = ReturnType<typeof summarizeReindex>;

/** As `summarizeReconcile`. */
export const summarizeAdopt = ({ adopted, unchanged, refused, failed, isComplete }: AdoptReport) => ({
  isComplete,
  counts: { adopted: adopted.length, unchanged, refused: refused.length, failed: failed.length },
  adopted: adopted.slice(0, MAX_FINDINGS),
  refused: refused.slice(0, MAX_FINDINGS),
  failed: shownFailures(failed),
});

const shownFailures = (failed: readonly Failure[]) =>
  failed.slice(0, MAX_FINDINGS).map(({ key, error }) => ({ key, error: String(error) }));
