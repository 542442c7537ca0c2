import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { inParallel } from '#cli/terminal/in-parallel.ts';
import { SHARES } from '#test/fuzz/targets/open-target.ts';
import { runCommand } from '#test/support/command.ts';
import type { FuzzChildReport } from './children/fuzz-target.ts';
import { tableOf } from './table.ts';

/** What the heap of a process may grow to, in MiB; Lambda's has 1,769 in all. */
const HEAP_MIB = 256;
/** Cases of one process, which holds what was accepted of them until it is checked. */
const CASES_A_PROCESS = 5000;
/** A process waits for zlib's thread for a half of its time. */
const AT_ONCE = 2 * availableParallelism();
/** A hang of what does not let go of the processor ends with its process. */
const MAX_PROCESS_SECONDS = 3600;
const COLUMNS = ['cases', 'accepted', 'seen alike', 'installed', 'refused as', 'slowest ms', 'peak MiB'];

/**
 * Hostile input: each target in processes of its own, whose memory is limited. A case that breaks a promise is printed,
 * with what runs it again alone.
 * @param argument how many cases, or one case as a failure names it: `tar:12345:678`
 */
export async function benchFuzz(argument = '200000', seed = String(randomInt(2 ** 31))): Promise<string[]> {
  const [name, ofSeed, number] = argument.split(':');
  if (name !== undefined && ofSeed !== undefined && number !== undefined)
    return describeOne(await runChild(name, 1, ofSeed, Number(number)));
  const reports = await inParallel(chunksOf(Number(argument)), AT_ONCE, ({ target, cases, first }) =>
    runChild(target, cases, seed, first),
  );
  const failures = reports.flatMap((report) => report.failures);
  if (failures.length > 0) process.exitCode = 1;
  const rows = Object.keys(SHARES).map((target) =>
    rowOf(
      target,
      reports.filter((report) => report.target === target),
    ),
  );
  return [
    `seed ${seed}; broken promises: ${failures.length}`,
    '',
    ...tableOf(['target', ...COLUMNS], rows),
    '',
    `Answers: ${answersIn(reports)}.`,
    ...failures,
  ];
}

interface Chunk {
  target: string;
  cases: number;
  first: number;
}

/** The cases of each target, as many as one process runs. */
function chunksOf(total: number): Chunk[] {
  return Object.entries(SHARES).flatMap(([target, share]) => {
    const cases = Math.ceil((total * share) / 1000);
    return Array.from({ length: Math.ceil(cases / CASES_A_PROCESS) }, (_, i) => {
      const first = i * CASES_A_PROCESS;
      return { target, first, cases: Math.min(CASES_A_PROCESS, cases - first) };
    });
  });
}

async function runChild(
  target: string,
  cases: number,
  seed: string,
  first: number,
): Promise<FuzzChildReport> {
  const child = ['bench/children/fuzz-target.ts', target, String(cases), seed, String(first)];
  const args = ['--import', 'tsx', `--max-old-space-size=${HEAP_MIB}`, ...child];
  const { code, stdout, output } = await runCommand(process.execPath, args, { seconds: MAX_PROCESS_SECONDS });
  if (code === 0) return JSON.parse(stdout);
  const failure = `${target}:${seed}:${first} and ${cases} on: the process ended with ${code}: ${output.slice(-2000)}`;
  const nothing = { seen: 0, installed: 0, unsatisfiable: 0, peakBytes: 0, maxRssBytes: 0, answers: {} };
  return { target, cases, ...nothing, slowest: { milliseconds: 0, case: '' }, failures: [failure] };
}

function answersIn(reports: readonly FuzzChildReport[]): string {
  const counts = new Map<string, number>();
  for (const [code, count] of reports.flatMap(({ answers }) => Object.entries(answers)))
    counts.set(code, (counts.get(code) ?? 0) + count);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([code, count]) => `${code} ${count}`)
    .join(', ');
}

function rowOf(target: string, reports: readonly FuzzChildReport[]): string[] {
  const sum = (of: (report: FuzzChildReport) => number) =>
    reports.reduce((total, report) => total + of(report), 0);
  const accepted = ({ answers }: FuzzChildReport) =>
    Object.entries(answers).reduce(
      (total, [answer, count]) => total + (answer.startsWith('accepted') ? count : 0),
      0,
    );
  const refusals = new Set(
    reports.flatMap(({ answers }) => Object.keys(answers)).filter((code) => !code.startsWith('accepted')),
  );
  const orNone = (count: number) => (count === 0 ? '' : String(count));
  return [
    target,
    String(sum(({ cases }) => cases)),
    String(sum(accepted)),
    orNone(sum(({ seen }) => seen)),
    orNone(sum(({ installed }) => installed)),
    `${refusals.size} codes`,
    Math.max(...reports.map(({ slowest }) => slowest.milliseconds)).toFixed(0),
    (Math.max(...reports.map(({ maxRssBytes }) => maxRssBytes)) / 1024 ** 2).toFixed(0),
  ];
}

const describeOne = ({ answers, failures }: FuzzChildReport): string[] =>
  failures.length > 0 ? failures : [`answered: ${Object.keys(answers).join()}`];
