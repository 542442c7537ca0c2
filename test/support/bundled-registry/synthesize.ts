import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Synthesizes the stack as `cdk synth` does, bundles included, into `folder`; what is published in it is public. */
export async function synthesize(folder: string): Promise<void> {
  const { context } = JSON.parse(await readFile('cdk.json', 'utf8'));
  context.registry.visibility = 'public';
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
    env: { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify(context) },
  });
}
