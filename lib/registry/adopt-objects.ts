import { ApkFormatError } from '#apk/apk-format-error.ts';
import { type AdoptPorts, adoptObject } from './adopt-object.ts';
import type { AdoptReport, Refusal } from './adopt-report.ts';
import type { PackageBucket } from './ports.ts';
import { RegistryError } from './registry-error.ts';

export interface AdoptRequest {
  /** What the object keys begin with; empty for the whole bucket. */
  prefix: string;
  /** From when on no further object is looked at, epoch milliseconds. */
  stopAt: number;
}

const CONCURRENCY = 16;

/**
 * Publishes the package files that are in the bucket but not, or not as they are, in the table: copied there by
 * hand, brought back from an older version, or left from a table that was lost. The indexes are another's task.
 * It removes no object, and is safe beside live traffic.
 */
export async function adoptObjects(
  { prefix, stopAt }: AdoptRequest,
  ports: AdoptPorts,
): Promise<AdoptReport> {
  const report: AdoptReport = { adopted: [], unchanged: 0, refused: [], failed: [], isComplete: true };
  for await (const keys of packageKeys(prefix, ports.packages)) {
    if (ports.clock() >= stopAt) return { ...report, isComplete: false };
    const outcomes = await Promise.allSettled(keys.map((key) => adoptObject(key, ports)));
    for (const [i, outcome] of outcomes.entries()) addTo(report, keys[i] as string, outcome);
  }
  return report;
}

async function* packageKeys(prefix: string, packages: PackageBucket): AsyncGenerator<string[]> {
  let keys: string[] = [];
  for await (const { key } of packages.list(prefix)) {
    if (!key.endsWith('.apk')) continue;
    keys.push(key);
    if (keys.length < CONCURRENCY) continue;
    yield keys;
    keys = [];
  }
  if (keys.length > 0) yield keys;
}

function addTo(report: AdoptReport, key: string, outcome: PromiseSettledResult<boolean>): void {
  if (outcome.status === 'rejected') {
    const refusal = refusalOf(key, outcome.reason);
    if (refusal) report.refused.push(refusal);
    else report.failed.push({ key, error: outcome.reason });
  } else if (outcome.value) report.adopted.push(key);
  else report.unchanged += 1;
}

/** @returns `undefined` for an error that is not the object's fault */
function refusalOf(key: string, error: unknown): Refusal | undefined {
  if (error instanceof ApkFormatError)
    return { key, code: error.code, message: `${error.message} ${error.mend}` };
  if (error instanceof RegistryError) return { key, code: error.code, message: error.message };
  return undefined;
}
