import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPackage } from '#apk/package.ts';
import { chunksOf } from '#test/support/chunks.ts';
import { GOOD_PACKAGES } from '#test/support/good-packages.ts';
import { differencesSeen } from './promises/check-seen.ts';
import { hasGnuTar } from './promises/seen-by-gnu.ts';

/** Packages of other distributions, where somebody has put some. */
const FOREIGN = join(import.meta.dirname, '../../../shared/apks');
const foreign = existsSync(FOREIGN)
  ? readdirSync(FOREIGN).filter((name) => name.endsWith('.apk') && !name.endsWith('.v3.apk'))
  : [];

const withGnuTar = hasGnuTar() ? test : test.skip;

withGnuTar('GNU tar and gzip see in every good package, and in those of others, what we see', async () => {
  const good = await Promise.all(
    GOOD_PACKAGES.map(async ({ title, bytes }) => ({ id: title, bytes: await bytes() })),
  );
  const others = foreign.map((id) => ({ id, bytes: readFileSync(join(FOREIGN, id)) }));
  const packages = [...good, ...others];
  const reports = packages.map(async (one) => ({
    ...one,
    changes: [],
    report: await readPackage(chunksOf(one.bytes)),
  }));
  expect(await differencesSeen(await Promise.all(reports))).toEqual([]);
});
