import { resolve } from 'node:path';
import { build } from 'esbuild';

/** Where `bin/alpenglow.js` looks for what is packed. */
export const BUNDLE_FOLDER = 'dist';

/**
 * Makes JavaScript of `bin/alpenglow.ts`, in pieces, so that a command loads what it needs itself and nothing more.
 * @returns the npm packages that it asks for when it runs
 */
export async function bundleCommand(folder: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [resolve('bin/alpenglow.ts')],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.15',
    packages: 'external',
    chunkNames: '[name]-[hash]',
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports);
  const external = imported.filter(({ external, path }) => external && !path.startsWith('node:'));
  return [...new Set(external.map(({ path }) => packageOf(path)))].sort();
}

/** `@aws-sdk/client-s3`, `hono` of `hono/aws-lambda`. */
const packageOf = (path: string): string => /^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path;
