import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buildPackage } from '#test/support/build-package.ts';
import { CheckedOutAction } from '#test/support/checked-out-action.ts';
import { START_TOKEN } from '#test/support/served-registry.ts';
import { type TrustedJobs, trustJobs } from '#test/support/trusted-jobs.ts';

let jobs: TrustedJobs;
let action: CheckedOutAction;
/** The folder that a job's steps run in. */
let workspace: string;
beforeAll(async () => {
  jobs = await trustJobs();
  action = await CheckedOutAction.at(jobs.folder);
  workspace = join(jobs.folder, 'workspace');
  await mkdir(workspace);
}, 60_000);
afterAll(() => jobs.close());

const publish = (given: Record<string, string>, environment = jobs.github) => {
  const inputs = { url: jobs.registry.url, repository: 'acme/v3.22/main', wait: '0', ...given };
  return action.publish(inputs, { workspace, environment });
};

async function put(path: string, name: string): Promise<void> {
  const whole = join(workspace, path);
  await mkdir(dirname(whole), { recursive: true });
  await writeFile(whole, await buildPackage({ name }));
}

test('the action publishes what its patterns match, waits for the index, and says so in the summary', async () => {
  await put('packages/main/x86_64/one.apk', 'one');
  await put('packages/main/x86_64/two.apk', 'two');
  const { code, output, packages, summary } = await publish({ files: 'packages/**/*.apk\n', wait: '60' });
  expect({ code, output }).toMatchObject({ code: 0 });
  expect(packages.map((each) => each.package?.file).sort()).toEqual(['one-1.0-r0.apk', 'two-1.0-r0.apk']);
  expect(packages.every((each) => each.package?.indexed)).toBe(true);
  expect(summary).toContain('### Alpenglow: acme/v3.22/main\n');
  expect(summary).toMatch(/^\| x86&#95;64\/one-1\.0-r0\.apk \| published \| \d+ \|$/m);
  expect(output).not.toMatch(/alp_|eyJ/);
  const again = await publish({ files: 'packages/main/x86_64/one.apk' });
  expect(again).toMatchObject({ code: 0, packages: [{ outcome: 'already there' }] });
});

const HOSTILE_NAMES = [
  'with space.apk',
  'with \'quotes" and $(touch pwned) `touch pwned`.apk',
  'line\nend.apk',
  '-rf.apk',
  '--to=evil.apk',
  '::error::injected.apk',
  '<b>|*md*|.apk',
];

test('a file is a file, whatever it is called', async () => {
  for (const [index, path] of HOSTILE_NAMES.entries()) await put(path, `hostile-${index}`);
  const { code, output, packages, summary } = await publish({ files: '*.apk' });
  expect({ code, output }).toMatchObject({ code: 0 });
  expect(packages.map(({ path }) => path).sort()).toEqual([...HOSTILE_NAMES].sort());
  expect(summary.match(/^\| x86&#95;64\/hostile-\d-1\.0-r0\.apk \| published \| \d+ \|$/gm)).toHaveLength(7);
  const commands = output.split('\n').filter((line) => line.trimStart().startsWith('::'));
  expect(commands[0]).toMatch(/^::stop-commands::[0-9a-f-]{36}$/);
  expect(commands.at(-1)).toBe(`::${commands[0]?.slice('::stop-commands::'.length)}::`);
  const named = HOSTILE_NAMES.filter((name) => !name.includes('\n')).join('\n');
  const again = await publish({ files: named });
  expect(again.packages.map(({ outcome }) => outcome)).toEqual(Array(6).fill('already there'));
});

test('inputs are data: nothing in them is run', async () => {
  const hostile = '$(touch pwned); `touch pwned`; " \' && touch pwned';
  const ended = await publish({ files: hostile, repository: hostile, jobs: hostile });
  expect(ended.code).toBe(2);
  await expect(readFile(join(workspace, 'pwned'))).rejects.toThrow('ENOENT');
});

test('no expression stands in a script', () => {
  for (const { run } of action.definition.runs.steps) expect(run).not.toContain('${{');
});

test('a pattern without a match fails, and nothing is sent', async () => {
  await put('partly/there.apk', 'partly');
  const { code, output, packages } = await publish({ files: 'partly/*.apk\npartly/*.rpm' });
  expect({ code, packages }).toEqual({ code: 2, packages: [] });
  expect(output).toContain('matches "partly/*.rpm". Nothing was sent.');
  expect((await jobs.ask('/acme/v3.22/main/x86_64/partly-1.0-r0.apk')).status).toBe(404);
});

test.each([
  [{ url: '' }, 'The input url is missing'],
  [{ url: 'apk.example.com' }, 'Not a URL'],
  [{ repository: '' }, 'The input repository is missing'],
  [{ repository: 'acme/main' }, 'is no repository'],
  [{ files: ' \n' }, 'The input files is empty'],
  [{ wait: 'long' }, '--wait is "long"'],
  [{ jobs: '0' }, '--jobs is "0"'],
])('with %j the step fails, and says why', async (given, why) => {
  await put('input.apk', 'input');
  const { code, output } = await publish({ files: 'input.apk', ...given });
  expect({ code, output }).toMatchObject({ code: 2, output: expect.stringContaining(why) });
});

test('a refused file fails the step, and stands in the summary and the output beside the others', async () => {
  await put('mixed/good.apk', 'good');
  await writeFile(join(workspace, 'mixed/bad.apk'), 'no package | at all');
  const { code, packages, summary } = await publish({ files: 'mixed/*' });
  expect(code).toBe(3);
  expect(packages.map(({ outcome }) => outcome).sort()).toEqual(['failed', 'published']);
  expect(summary).toMatch(/^\| mixed\/bad\.apk \| failed: [^|]+ \| {2}\|$/m);
});

test('a token that is given goes before the one of the job; without either the step says what to add', async () => {
  await put('token.apk', 'token');
  const runner = { GITHUB_ACTIONS: 'true' };
  const without = await publish({ files: 'token.apk' }, runner);
  expect(without).toMatchObject({
    code: 2,
    output: expect.stringContaining('permissions: {id-token: write}'),
  });
  expect(await publish({ files: 'token.apk', token: START_TOKEN }, runner)).toMatchObject({ code: 0 });
});

test('the audience that is given is the one that the token is made for', async () => {
  await put('audience.apk', 'audience');
  const { code, output } = await publish({ files: 'audience.apk', audience: 'https://other.example.com' });
  expect({ code, output }).toMatchObject({
    code: 1,
    output: expect.stringContaining('https://other.example.com'),
  });
});

test("what a workspace's tsconfig.json says of modules is not believed", async () => {
  await put('tsconfig.apk', 'tsconfig');
  const paths = { zod: ['./evil.ts'] };
  await writeFile(join(workspace, 'tsconfig.json'), JSON.stringify({ compilerOptions: { paths } }));
  await writeFile(join(workspace, 'evil.ts'), 'process.stdout.write("evil\\n");');
  const { code, output } = await publish({ files: 'tsconfig.apk' });
  expect({ code, output }).toMatchObject({ code: 0, output: expect.not.stringContaining('evil') });
});
