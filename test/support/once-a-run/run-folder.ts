import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * A folder for what is made once a run, of jest or of a bench. The first process that asks makes it, removes it when
 * it ends, and hands it to the processes that it starts.
 */
export function runFolder(): string {
  const { ALPENGLOW_RUN } = process.env;
  if (ALPENGLOW_RUN !== undefined) return ALPENGLOW_RUN;
  const folder = mkdtempSync(join(tmpdir(), 'alpenglow-run-'));
  // For the programs that are built into it.
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  process.env.ALPENGLOW_RUN = folder;
  return folder;
}
