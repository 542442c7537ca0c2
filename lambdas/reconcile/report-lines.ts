import type { AdoptReport } from '#registry/adopt-objects.ts';
import type { ReconcileReport } from '#registry/reconcile-report.ts';

/** CloudWatch takes a line of 256 KB; a key has up to 1,024 bytes. */
export const MAX_FINDINGS = 50;

interface Failure {
  key: string;
  error: unknown;
}

/** The counts are whole; of a long list, the beginning is shown. */
export const reconcileLine = ({ indexes, packages, healed, unexplained, failed }: ReconcileReport) => ({
  message: 'reconciled',
  indexes,
  packages,
  counts: { healed: healed.length, unexplained: unexplained.length, failed: failed.length },
  healed: healed.slice(0, MAX_FINDINGS),
  unexplained: unexplained.slice(0, MAX_FINDINGS),
  failed: shownFailures(failed),
});

/** As `reconcileLine`. */
export const adoptLine = ({ adopted, unchanged, refused, failed, isComplete }: AdoptReport) => ({
  message: 'adopted',
  isComplete,
  counts: { adopted: adopted.length, unchanged, refused: refused.length, failed: failed.length },
  adopted: adopted.slice(0, MAX_FINDINGS),
  refused: refused.slice(0, MAX_FINDINGS),
  failed: shownFailures(failed),
});

const shownFailures = (failed: readonly Failure[]) =>
  failed.slice(0, MAX_FINDINGS).map(({ key, error }) => ({ key, error: String(error) }));
