import { cp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { BUNDLE_FOLDER, bundleCommand } from '../../../pack/bundle-command.ts';
import { madeOnce } from './made-once.ts';

/** The command in JavaScript, as it is packed: it starts in a third of the time that the sources take. */
export async function builtCommand(): Promise<string> {
  const folder = await madeOnce('command', async (path) => {
    await bundleCommand(join(path, BUNDLE_FOLDER));
    for (const file of ['package.json', 'bin/alpenglow.js']) await cp(file, join(path, file));
  });
  return join(folder, 'bin/alpenglow.js');
}

/** A script of a `children/` folder, in JavaScript. */
export const builtScript = (source: string): Promise<string> =>
  madeOnce(`${basename(source, '.ts')}.mjs`, async (outfile) => {
    await build({
      entryPoints: [source],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20.15',
      packages: 'external',
      logLevel: 'warning',
    });
  });
