import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from './synthesize.ts';

/** Once a jest run, before the first test of the bundles; every worker inherits the variable. */
export default async function globalSetup(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'alpenglow-assembly-'));
  process.env.ALPENGLOW_ASSEMBLY = folder;
  await synthesize(folder);
}
