import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { buildPackage } from '#test/support/build-package.ts';
import { CheckedOutAction } from '#test/support/checked-out-action.ts';
import { runCommand } from '#test/support/command.ts';
import { fetchIndex } from '#test/support/fetch-index.ts';
import { findProgram } from '#test/support/find-program.ts';
import { builtCommand } from '#test/support/once-a-run/built-programs.ts';
import { type TrustedJobs, trustJobs } from '#test/support/trusted-jobs.ts';
import { until } from '#test/support/until.ts';

/** A job of docs/ci.md, of either system. */
interface Job {
  env?: Record<string, string>;
  steps: { run?: string; uses?: string; with?: Record<string, string> }[];
  id_tokens: Record<string, { aud: string }>;
  variables?: Record<string, string>;
  script: string[];
}

let jobs: TrustedJobs;
/** The folder that the job has made its packages in. */
let workspace: string;
beforeEach(async () => {
  jobs = await trustJobs();
  workspace = join(jobs.folder, 'workspace');
  await mkdir(join(workspace, 'dist'), { recursive: true });
  for (const name of ['one', 'two']) {
    await writeFile(join(workspace, `dist/${name}.apk`), await buildPackage({ name }));
  }
}, 60_000);
afterEach(() => jobs.close());

/** The jobs of a section, with the address of the registry that was started. */
async function jobsIn(section: string): Promise<Job[]> {
  const page = await readFile('docs/ci.md', 'utf8');
  const text = page.split(/^## /m).find((each) => each.startsWith(`${section}\n`)) ?? '';
  return [...text.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, yaml = '']) => {
    const workflow = parse(yaml.replaceAll('https://apk.example.com', jobs.registry.url));
    return (workflow.jobs ?? workflow).publish;
  });
}

const isListed = async () => {
  const registry = {
    fetch: (path: string, init?: RequestInit) => fetch(`${jobs.registry.url}${path}`, init),
  };
  return (await fetchIndex(registry, 'acme/v3.22/main/x86_64'))?.length === 2;
};

async function expectBoth(script: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const ended = await runCommand('bash', ['-eo', 'pipefail', '-c', script], { cwd: workspace, environment });
  expect(ended).toMatchObject({ code: 0 });
  await until('both are listed', isListed);
}

/** What GitLab gives the script of a job. */
function gitlabEnvironment({ id_tokens, variables }: Job): NodeJS.ProcessEnv {
  const tokens = Object.entries(id_tokens).map(([name, { aud }]) => [name, jobs.gitlabToken({ aud })]);
  return { GITLAB_CI: 'true', ...variables, ...Object.fromEntries(tokens) };
}

/** GitHub's runners have it. */
const hasJq = findProgram('JQ', 'jq') !== undefined;
if (!hasJq)
  process.stdout.write('skipped: there is no jq on PATH, which the curl lines of docs/ci.md need\n');
const testWithJq = hasJq ? test : test.skip;

test('the workflow of docs/ci.md that uses the action publishes every package', async () => {
  const [job] = await jobsIn('GitHub Actions');
  const step = job?.steps[0];
  const action = await CheckedOutAction.at(jobs.folder);
  expect(Object.keys(action.definition.inputs)).toEqual(
    expect.arrayContaining(Object.keys(step?.with ?? {})),
  );
  const ended = await action.publish(step?.with ?? {}, { workspace, environment: jobs.github });
  expect(ended).toMatchObject({ code: 0, packages: [{ outcome: 'published' }, { outcome: 'published' }] });
  expect(await isListed()).toBe(true);
}, 60_000);

testWithJq(
  'the workflow of docs/ci.md with curl publishes every package',
  async () => {
    const [, job] = await jobsIn('GitHub Actions');
    const script = job?.steps[0]?.run ?? '';
    expect(script).toContain('token-exchange');
    await expectBoth(script, { ...job?.env, ...jobs.github });
  },
  60_000,
);

test('the GitLab job of docs/ci.md publishes every package with the command', async () => {
  const [job] = await jobsIn('GitLab');
  if (job === undefined) throw new Error('docs/ci.md has no job for GitLab.');
  // What npx does with a package that is installed already.
  const npx = join(jobs.folder, 'npx');
  await writeFile(npx, `#!/bin/sh\nshift 2\nexec '${process.execPath}' '${await builtCommand()}' "$@"\n`);
  await chmod(npx, 0o755);
  const PATH = `${jobs.folder}:${process.env.PATH}`;
  expect(job.script.join('\n')).toMatch(/^npx --yes \S+\.tgz publish /);
  await expectBoth(job.script.join('\n'), { ...gitlabEnvironment(job), PATH, HOME: jobs.folder });
}, 60_000);

testWithJq(
  'the GitLab job of docs/ci.md with curl publishes every package',
  async () => {
    const [, job] = await jobsIn('GitLab');
    if (job === undefined) throw new Error('docs/ci.md has no second job for GitLab.');
    await expectBoth(job.script.join('\n'), gitlabEnvironment(job));
  },
  60_000,
);
