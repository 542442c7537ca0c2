import { type ReconcilePorts, reconcile } from '#registry/reconcile.ts';
import type { ReconcileReport } from '#registry/reconcile-report.ts';

/** CloudWatch takes a line of 256 KB; a key has up to 1,024 bytes. */
const MAX_FINDINGS = 50;

/**
 * Reconciles the registry and logs the report as one line of JSON, over given ports.
 * @throws AggregateError after that, when a part of the registry could not be compared, so that Lambda runs it again
 */
export const createReconcileHandler =
  (ports: ReconcilePorts, log: (line: string) => void = (line) => process.stdout.write(`${line}\n`)) =>
  async (): Promise<void> => {
    const report = await reconcile(ports);
    log(JSON.stringify(lineOf(report)));
    if (report.failed.length === 0) return;
    const keys = report.failed.slice(0, MAX_FINDINGS).map(({ key }) => key);
    const errors = report.failed.map(({ error }) => error);
    throw new AggregateError(errors, `These could not be reconciled: ${keys.join(', ')}`);
  };

/** The counts are whole; of a long list, the beginning is shown. */
function lineOf({ indexes, packages, healed, unexplained, failed }: ReconcileReport) {
  return {
    message: 'reconciled',
    indexes,
    packages,
    counts: { healed: healed.length, unexplained: unexplained.length, failed: failed.length },
    healed: healed.slice(0, MAX_FINDINGS),
    unexplained: unexplained.slice(0, MAX_FINDINGS),
    failed: failed.slice(0, MAX_FINDINGS).map(({ key, error }) => ({ key, error: String(error) })),
  };
}
