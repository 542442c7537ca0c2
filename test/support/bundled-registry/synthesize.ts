import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Synthesizes the stack as `cdk synth` does, bundles included, into `folder`. */
export async function synthesize(folder: string): Promise<void> {
  const { context } = JSON.parse(await readFile('cdk.json', 'utf8'));
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
    env: { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify(context) },
  });
}
