import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunningRegistry } from '#test/support/running-registry.ts';
import { until } from '#test/support/until.ts';

/** What a registry has to preload for `heapAfterCollection`. */
export const HEAP_REPORT = 'test/soak/children/report-heap.ts';

export interface MemorySample {
  /** Seconds since the first. */
  at: number;
  mebibytes: number;
}

/** What of a stretch is warming up: caches, compiled code. */
export const WARM_UP_SHARE = 1 / 3;

/** Reads what a process has resident, every `milliseconds`, until it is over. Source: proc_pid_status(5), VmRSS. */
export async function watchMemory(
  processId: () => number | undefined,
  milliseconds: number,
  signal: AbortSignal,
): Promise<MemorySample[]> {
  const samples: MemorySample[] = [];
  const startedAt = Date.now();
  while (!signal.aborted) {
    const mebibytes = await residentMebibytes(processId());
    if (mebibytes !== undefined) samples.push({ at: (Date.now() - startedAt) / 1000, mebibytes });
    await pause(milliseconds, undefined, { signal }).catch(() => {});
  }
  return samples;
}

async function residentMebibytes(processId: number | undefined): Promise<number | undefined> {
  const status = await readFile(`/proc/${processId}/status`, 'utf8').catch(() => '');
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) / 1024;
}

/** MiB that a registry's heap has left once its garbage is collected: V8 lets it grow for minutes before it does that itself. */
export async function heapAfterCollection(registry: RunningRegistry): Promise<number> {
  const reports = () => [...registry.output.matchAll(/^Heap after collection: (\d+)$/gm)];
  const before = reports().length;
  if (registry.processId === undefined) throw new Error('The registry is not running.');
  process.kill(registry.processId, 'SIGUSR2');
  await until('the registry says what is left', async () => reports().length > before);
  return Number(reports().at(-1)?.[1]) / 1024 ** 2;
}

/** How a process's memory went; MiB. */
export interface MemoryCourse {
  first: number;
  last: number;
  peak: number;
  /** Of the line of least squares through what comes after the warm-up; MiB a minute. */
  slope: number;
}

/** @returns `undefined` of too few samples for a line */
export function courseOf(samples: readonly MemorySample[]): MemoryCourse | undefined {
  const end = samples.at(-1)?.at ?? 0;
  const warm = samples.filter(({ at }) => at >= end * WARM_UP_SHARE);
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || warm.length < 3) return undefined;
  const peak = Math.max(...samples.map(({ mebibytes }) => mebibytes));
  return { first: first.mebibytes, last: last.mebibytes, peak, slope: slopeOf(warm) * 60 };
}

function slopeOf(samples: readonly MemorySample[]): number {
  const mean = (pick: (sample: MemorySample) => number) =>
    samples.reduce((sum, sample) => sum + pick(sample), 0) / samples.length;
  const [at, mebibytes] = [mean((each) => each.at), mean((each) => each.mebibytes)];
  const covariance = mean((each) => (each.at - at) * (each.mebibytes - mebibytes));
  return covariance / mean((each) => (each.at - at) ** 2);
}
