import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { madeOnce } from '#test/support/once-a-run/made-once.ts';

/**
 * The folder of the stack as `cdk synth` makes it, bundles included; what is published in it is public. Whether it keeps
 * CloudFormation's rules is asked in test/registry-stack.
 */
export const synthesizedStack = (): Promise<string> => madeOnce('assembly', synthesize);

async function synthesize(folder: string): Promise<void> {
  const { context } = JSON.parse(await readFile('cdk.json', 'utf8'));
  context.registry.visibility = 'public';
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
    env: {
      ...process.env,
      CDK_OUTDIR: folder,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      CDK_VALIDATION: 'false',
    },
  });
}
