import { checkInstalls } from '#test/fuzz/promises/check-installs.ts';
import { differencesSeen } from '#test/fuzz/promises/check-seen.ts';
import { hasGnuTar } from '#test/fuzz/promises/seen-by-gnu.ts';
import { type FuzzReport, runFuzz } from '#test/fuzz/run-fuzz.ts';
import { openTarget } from '#test/fuzz/targets/open-target.ts';
import type { AcceptedPackage } from '#test/fuzz/targets/package-targets.ts';
import { apkPath } from '#test/support/apk-client.ts';

/** What a process tells that did nothing but run the cases of a target. */
export interface FuzzChildReport extends FuzzReport {
  /** Packages that GNU tar was shown, and that the real client has installed. */
  seen: number;
  installed: number;
  unsatisfiable: number;
  maxRssBytes: number;
}

/** Shown and installed together, which takes a run of each program. */
const BATCH = 100;

const [, , name = '', cases = '1', seed = '1', first = '0'] = process.argv;
const [isSeen, isInstalled] = [hasGnuTar(), apkPath !== undefined];
const failures: string[] = [];
const counts = { seen: 0, installed: 0, unsatisfiable: 0 };
const accepted: AcceptedPackage[] = [];

async function checkBatch(): Promise<void> {
  const batch = accepted.splice(0, BATCH);
  if (isSeen && batch.length > 0) {
    failures.push(...(await differencesSeen(batch)));
    counts.seen += batch.length;
  }
  if (!isInstalled) return;
  const { installed, unsatisfiable, failures: found } = await checkInstalls(batch);
  counts.installed += installed;
  counts.unsatisfiable += unsatisfiable;
  failures.push(...found);
}

const target = await openTarget(name, async (one) => {
  // A slow case is judged again.
  if (accepted.at(-1)?.id !== one.id) accepted.push(one);
});
const report = await runFuzz(target, { cases: Number(cases), seed: Number(seed), first: Number(first) });
await target.close?.();
const maxRssBytes = process.resourceUsage().maxRSS * 1024;
while (accepted.length > 0) await checkBatch();
const all: FuzzChildReport = {
  ...report,
  ...counts,
  maxRssBytes,
  failures: [...report.failures, ...failures],
};
process.stdout.write(JSON.stringify(all));
