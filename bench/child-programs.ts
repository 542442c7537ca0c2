import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import { buildSync } from 'esbuild';
import type { StandIns } from '#local/stand-ins.ts';

/**
 * One of bench/children as a Lambda would have it, or what compiles TypeScript would count as its memory.
 * @returns the file to run
 */
export function bundleChild(name: string, folder: string): string {
  const outfile = join(folder, `${name}.mjs`);
  const entryPoints = [join(import.meta.dirname, 'children', `${name}.ts`)];
  const banner = {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  };
  buildSync({ entryPoints, outfile, banner, bundle: true, platform: 'node', format: 'esm' });
  return outfile;
}

/** What a program of bench/children is told of the stand-ins, which answer from this process meanwhile. */
export const connectionTo = ({
  endpoints,
  accessKeyId,
}: Pick<StandIns, 'endpoints' | 'accessKeyId'>): string =>
  JSON.stringify({ ...endpoints, accessKeyId, region: 'local' });

/** @returns what a program of bench/children tells, as JSON */
export async function runChild<T>(program: string, args: readonly string[]): Promise<T> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(await text(child.stdout));
}

/** @returns milliseconds that a program takes with the file on its standard input */
export function timeProgram(program: string, file: string, flags: readonly string[] = []): number {
  const input = openSync(file, 'r');
  try {
    const begin = performance.now();
    const { status, error } = spawnSync(program, flags, { stdio: [input, 'ignore', 'inherit'] });
    if (status !== 0) throw new Error(`${program} fails`, { cause: error });
    return performance.now() - begin;
  } finally {
    closeSync(input);
  }
}
