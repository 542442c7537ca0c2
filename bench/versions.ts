import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { compareVersions, isVersion } from '#apk/version.ts';
import { inParallel } from '#cli/terminal/in-parallel.ts';
import { versionPair } from '#test/fuzz/packages/strange-version.ts';
import { Random } from '#test/fuzz/random.ts';
import { runCommand } from '#test/support/command.ts';
import { tableOf } from './table.ts';

const SIGNS: Record<string, string> = { '-1': '<', '0': '=', '1': '>' };
const MAX_SHOWN = 20;

/**
 * The order of versions beside the real client's, one pair a process: `apk version -t` takes no more.
 * @param apk the client; without one there is nothing to compare with
 */
export async function benchVersions(
  apk: string | undefined,
  pairs = '20000',
  seed = String(randomInt(2 ** 31)),
): Promise<string[]> {
  if (apk === undefined) return ['skipped: APK=/path/to/apk names the client to compare with'];
  const made = Array.from({ length: Number(pairs) }, (_, i) =>
    versionPair(new Random(`versions:${seed}:${i}`)),
  );
  const taken = made.filter(([a, b]) => isVersion(a) && isVersion(b));
  const answers = await inParallel(taken, 2 * availableParallelism(), async ([a, b]) => {
    const { stdout } = await runCommand(apk, ['version', '-t', a, b]);
    return { a, b, theirs: stdout.trim(), ours: SIGNS[Math.sign(compareVersions(a, b))] };
  });
  const others = answers.filter(({ ours, theirs }) => ours !== theirs);
  const refused = others.filter(({ theirs }) => theirs === '');
  const hasZeros = others.filter(({ a, b }) => [a, b].some((version) => /(?:^|\.)0[0-9]/.test(version)));
  const { stdout: version } = await runCommand(apk, ['--version']);
  const row = [version.trim(), made, taken, others, refused, hasZeros].map((cell) =>
    typeof cell === 'string' ? cell : String(cell.length),
  );
  return [
    `seed ${seed}`,
    '',
    ...tableOf(['client', 'pairs', 'versions for us', 'other order', 'none for it', 'leading zeros'], [row]),
    ...others.slice(0, MAX_SHOWN).map(({ a, b, ours, theirs }) => `${a} ${theirs} ${b}, for us ${ours}`),
  ];
}
