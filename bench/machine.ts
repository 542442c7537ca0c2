import { availableParallelism, cpus } from 'node:os';

/** What a figure was taken on: `Node 20.20.2, 2 × Intel Xeon, 2026-11-22`. */
export function describeMachine(): string {
  const model = cpus()[0]?.model ?? 'unknown processor';
  const day = new Date().toISOString().slice(0, 10);
  return `Node ${process.versions.node}, ${availableParallelism()} × ${model}, ${day}`;
}
