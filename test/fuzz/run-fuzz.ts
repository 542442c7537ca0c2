import { performance } from 'node:perf_hooks';
import type { FuzzTarget } from './fuzz-target.ts';
import { Random } from './random.ts';

/** What came of the cases of a target. */
export interface FuzzReport {
  target: string;
  cases: number;
  /** How often each answer was given. */
  answers: Record<string, number>;
  /** Milliseconds of the processor. */
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

/** Of the processor: what a case takes besides is what else the machine does, but for waiting, */
const MAX_CASE_MS = 1000;
/** so the clock's is bounded, too. */
const MAX_WAIT_MS = 5000;
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
  try {
    // A machine may pause, and a heap be collected; a slow case is slow each time.
    for (let tries = 1; ; tries++) {
      const { answer, milliseconds, waited } = await timed(() => target.judge(input));
      if (milliseconds <= MAX_CASE_MS && waited <= MAX_WAIT_MS) return { answer, milliseconds };
      const why = `it took ${milliseconds.toFixed(0)} ms of the processor, and ${waited.toFixed(0)} ms`;
      if (tries === MAX_TRIES) return { failure: failed(why), milliseconds };
    }
  } catch (error) {
    return { failure: failed(textOf(error)), milliseconds: 0 };
  }
}

async function timed(judge: () => Promise<string>) {
  const start = { clock: performance.now(), processor: process.cpuUsage() };
  const answer = await inTime(judge());
  const { user, system } = process.cpuUsage(start.processor);
  return { answer, milliseconds: (user + system) / 1000, waited: performance.now() - start.clock };
}

async function inTime(answering: Promise<string>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${HANG_MS} ms`)), HANG_MS);
  });
  try {
    return await Promise.race([answering, hang]);
  } finally {
    clearTimeout(timer);
  }
}

const textOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error));
