import { randomInt } from 'node:crypto';
import { differencesSeen } from './promises/check-seen.ts';
import { hasGnuTar } from './promises/seen-by-gnu.ts';
import { runFuzz } from './run-fuzz.ts';
import { openTarget, SHARES } from './targets/open-target.ts';
import type { AcceptedPackage } from './targets/package-targets.ts';

const CASES = 5000;
/** Another one in each run; a failure says it, and how its case is run again alone. */
const SEED = randomInt(2 ** 31);
/** What a target may add to the memory of a process in which other tests have left theirs. */
const MAX_ADDED_BYTES = 1024 ** 3;

const accepted: AcceptedPackage[] = [];

const rows = Object.entries(SHARES).map(([name, share]) => ({
  name,
  cases: Math.ceil((CASES * share) / 1000),
}));

test.each(rows)(
  `$cases hostile cases of $name: each is answered at once, and what is accepted is right (seed ${SEED})`,
  async ({ name, cases }) => {
    const target = await openTarget(name, async (one) => void accepted.push(one));
    const bytesBefore = process.memoryUsage.rss();
    try {
      const report = await runFuzz(target, { cases, seed: SEED });
      expect(report.failures).toEqual([]);
      expect(report.peakBytes - bytesBefore).toBeLessThan(MAX_ADDED_BYTES);
      // Who only ever hits one wall, tests one wall.
      expect(Object.keys(report.answers).length).toBeGreaterThan(2);
    } finally {
      await target.close?.();
    }
  },
  120_000,
);

const withGnuTar = hasGnuTar() ? test : test.skip;

withGnuTar(`GNU tar and gzip see in accepted packages what we see (seed ${SEED})`, async () => {
  expect(await differencesSeen(accepted)).toEqual([]);
});
