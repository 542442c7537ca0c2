import { performance } from 'node:perf_hooks';
import type { FuzzTarget } from './fuzz-target.ts';
import { Random } from './random.ts';

/** What came of the cases of a target. */
export interface FuzzReport {
  target: string;
  cases: number;
  /** How often each answer was given. */
  answers: Record<string, number>;
  slowest: { milliseconds: number; case: string };
  /** Of the process, while the cases ran. */
  peakBytes: number;
  /** One text a failure, which says how to run it again. */
  failures: string[];
}

export interface FuzzRun {
  cases: number;
  seed: number;
  /** The number of the first case. */
  first?: number;
}

/** What no case may take longer than. */
const MAX_CASE_MS = 1000;
/** When a case is given up, and the run with it. */
const HANG_MS = 30_000;
const MAX_TRIES = 4;
const MAX_FAILURES = 20;

/** Runs the cases of a target one after the other; the same ones for the same seed. */
export async function runFuzz(target: FuzzTarget, { cases, seed, first = 0 }: FuzzRun): Promise<FuzzReport> {
  const answers = new Map<string, number>();
  const report: FuzzReport = {
    target: target.name,
    cases,
    answers: {},
    slowest: { milliseconds: 0, case: '' },
    peakBytes: 0,
    failures: [],
  };
  for (let i = first; i < first + cases && report.failures.length < MAX_FAILURES; i++) {
    const { answer, failure, milliseconds } = await runCase(target, `${target.name}:${seed}:${i}`);
    if (failure !== undefined) report.failures.push(failure);
    if (answer !== undefined) answers.set(answer, (answers.get(answer) ?? 0) + 1);
    if (milliseconds > report.slowest.milliseconds)
      report.slowest = { milliseconds, case: `${target.name}:${seed}:${i}` };
    if (i % 16 === 0) report.peakBytes = Math.max(report.peakBytes, process.memoryUsage.rss());
  }
  await target
    .finish?.()
    .catch((error) => report.failures.push(`${target.name}, at the end: ${textOf(error)}`));
  report.answers = Object.fromEntries([...answers].sort(([, a], [, b]) => b - a));
  return report;
}

interface CaseResult {
  answer?: string;
  failure?: string;
  milliseconds: number;
}

async function runCase(target: FuzzTarget, id: string): Promise<CaseResult> {
  const input = target.make(new Random(id), id);
  const failed = (why: string) =>
    `${id}: ${why}\n  ${target.describe(input)}\n  again: npm run bench -- fuzz ${id}`;
  let milliseconds = 0;
  try {
    let answer = '';
    milliseconds = Number.POSITIVE_INFINITY;
    // A machine may pause; a slow case is slow each time.
    for (let tries = 0; tries < MAX_TRIES && milliseconds > MAX_CASE_MS; tries++)
      answer = await inTime(target.judge(input), (took) => {
        milliseconds = took;
      });
    if (milliseconds > MAX_CASE_MS)
      return { failure: failed(`it took ${milliseconds.toFixed(0)} ms`), milliseconds };
    return { answer, milliseconds };
  } catch (error) {
    return { failure: failed(textOf(error)), milliseconds };
  }
}

async function inTime(answering: Promise<string>, tell: (milliseconds: number) => void): Promise<string> {
  const start = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${HANG_MS} ms`)), HANG_MS);
  });
  try {
    return await Promise.race([answering, hang]);
  } finally {
    clearTimeout(timer);
    tell(performance.now() - start);
  }
}

const textOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error));
