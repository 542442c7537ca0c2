import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ServedRegistry, serveRegistry } from '#test/support/served-registry.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const ORGANIZATION = '0184990a-477b-4fa8-9968-496074483a77';
const PROJECT = '0184990a-4782-42b5-afc1-16715b10b1a0';
const RIGHT = ['--right', 'publish:acme/v3.22/main'];
const GITHUB = [
  ...'--preset github --repository acme/tools --repository-id 123 --owner-id 45 --ref refs/tags/v*'.split(
    ' ',
  ),
  ...RIGHT,
];

let served: ServedRegistry;
let files: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  served = await serveRegistry();
  files = await temporaryFolder();
}, 60_000);
afterAll(async () => {
  await served.close();
  await files.remove();
});

const add = (...options: string[]) => served.run(['trust', 'add', ...options]);

/** Writes a file to be named to `--file`. */
async function fileOf(text: string): Promise<string> {
  const path = join(files.folder, 'policy.json');
  await writeFile(path, text);
  return path;
}

test('add prints the id alone to standard output, and to standard error who may do what', async () => {
  const { code, stdout, stderr } = await add(...GITHUB);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^[0-9a-f-]{36}\n$/);
  expect(stderr).toBe(
    `github acme/tools may publish:acme/v3.22/main\nwith tokens of https://token.actions.githubusercontent.com that are made for ${served.registry.url}\n`,
  );
});

test.each([
  [
    GITHUB,
    [
      { claim: 'repository_id', equals: '123' },
      { claim: 'repository_owner_id', equals: '45' },
      { claim: 'ref', glob: 'refs/tags/v*' },
    ],
  ],
  [
    [...'--preset github --repository a/b --repository-id 1 --repository-owner-id 2'.split(' '), ...RIGHT],
    [{ claim: 'repository_owner_id', equals: '2' }],
  ],
  [
    [...'--preset gitlab --project-id 20 --namespace-id 72 --ref v1 --ref-type tag'.split(' '), ...RIGHT],
    [
      { claim: 'ref_protected', equals: 'true' },
      { claim: 'ref_type', equals: 'tag' },
    ],
  ],
  [
    [
      ...`--preset buildkite --organization-id ${ORGANIZATION} --pipeline-id ${PROJECT}`.split(' '),
      '--build-branch',
      'main',
      ...RIGHT,
    ],
    [
      { claim: 'pipeline_id', equals: PROJECT },
      { claim: 'build_branch', equals: 'main' },
    ],
  ],
  [
    [
      ...`--preset circleci --organization-id ${ORGANIZATION} --project-id ${PROJECT}`.split(' '),
      '--vcs-origin',
      'github.com/acme/tools',
      '--vcs-ref',
      'refs/heads/main',
      ...RIGHT,
    ],
    [
      { claim: 'oidc.circleci.com/vcs-origin', equals: 'github.com/acme/tools' },
      { claim: 'oidc.circleci.com/vcs-ref', equals: 'refs/heads/main' },
    ],
  ],
])('add %j trusts on those conditions', async (options, conditions) => {
  const { code, stdout } = await add(...options, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout).conditions).toEqual(expect.arrayContaining(conditions));
});

test('add takes what every policy may have: a name, an audience, and how long an exchanged token lasts', async () => {
  const { stdout } = await add(
    ...GITHUB,
    ...['--name', 'releases of tools', '--audience', 'apk', '--max-life-seconds', '60', '--json'],
  );
  expect(JSON.parse(stdout)).toMatchObject({
    name: 'releases of tools',
    audience: 'apk',
    max_life_seconds: 60,
  });
});

test('a branch of a GitLab that is not protected is trusted where that is said', async () => {
  const { stdout } = await add(
    ...'--preset gitlab --project-id 20 --namespace-id 72 --ref-protected false --json'.split(' '),
    ...RIGHT,
  );
  const { conditions } = JSON.parse(stdout) as { conditions: { claim: string }[] };
  expect(conditions.map(({ claim }) => claim)).not.toContain('ref_protected');
});

test('add --file sends a whole policy', async () => {
  const policy = {
    name: 'builds of tools',
    issuer: 'https://ci.example.com',
    jwks_uri: 'https://ci.example.com/keys',
    conditions: [{ claim: 'project', equals: 'tools' }],
    rights: [{ allow: ['publish'], on: 'acme' }],
  };
  const { code, stdout } = await add('--file', await fileOf(JSON.stringify(policy)), '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject(policy);
});

test('list shows the policies, and remove ends them', async () => {
  const ids = [(await add(...GITHUB)).stdout.trim(), (await add(...GITHUB)).stdout.trim()];
  const { code, stdout } = await served.run(['trust', 'list']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ID +NAME +RIGHTS +ISSUER +AUDIENCE$/m);
  for (const id of ids) {
    expect(stdout).toMatch(
      new RegExp(`^${id} +github acme/tools +publish:acme/v3.22/main +https://token\\.`, 'm'),
    );
  }
  expect(await served.run(['trust', 'remove', ...ids])).toEqual({
    code: 0,
    stdout: '',
    stderr: ids.map((id) => `${id}: removed\n`).join(''),
  });
  const { policies } = JSON.parse((await served.run(['trust', 'list', '--json'])).stdout) as {
    policies: { id: string }[];
  };
  for (const { id } of policies) expect(ids).not.toContain(id);
});

test('a policy that is not there cannot be removed', async () => {
  const { code, stderr } = await served.run(['trust', 'remove', '../tokens/bootstrap']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^\.\.\/tokens\/bootstrap: No file has such a path\..+\n$/);
});

test.each([
  ['a member that the preset needs and was not given', ['--preset', 'github', ...RIGHT], /^repository: /],
  [
    'a member that the preset has not',
    [...GITHUB, '--vcs-ref', 'main'],
    /member "vcs_ref", which means nothing/,
  ],
  ['a preset that there is not', ['--preset', 'jenkins', ...RIGHT], /^preset: /],
])('%s is refused in the words of the registry', async (_, options, reason) => {
  const { code, stdout, stderr } = await add(...options);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(reason);
});

test('who may not give a right may not trust anybody with it', async () => {
  const ALPENGLOW_TOKEN = await served.token('admin:acme');
  const { code, stderr } = await served.run(['trust', 'add', ...GITHUB], { ALPENGLOW_TOKEN });
  expect(code).toBe(1);
  expect(stderr).toMatch(/has no right to publish in acme\/v3\.22\/main\.\n$/);
});

test.each([
  ['nothing', [], 'No policy: say --preset, or --file.'],
  ['no rights', ['--preset', 'github'], 'No rights'],
  [
    'a file and more',
    ['--file', 'policy.json', '--ref', 'main'],
    '--file has the whole policy in it: leave out --ref.',
  ],
  [
    'a file that is not there',
    ['--file', '/nowhere/policy.json'],
    '/nowhere/policy.json could not be read: ENOENT',
  ],
  ['a protection that is neither', [...GITHUB, '--ref-protected', 'no'], '--ref-protected is "no"'],
  ['a life that is no number', [...GITHUB, '--max-life-seconds', '1h'], '--max-life-seconds is "1h"'],
])('add with %s is answered with its usage, and exit code 2', async (_, options, reason) => {
  const { code, stdout, stderr } = await add(...options);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.startsWith(reason)).toBe(true);
  expect(stderr).toContain('\nalpenglow trust add --preset PRESET');
});

test('a file that is not JSON is said to be none', async () => {
  const { code, stderr } = await add('--file', await fileOf('name: builds'));
  expect(code).toBe(2);
  expect(stderr).toContain('policy.json could not be read: it is not JSON.');
});

test.each([['trust list'], ['trust remove x'], [`trust add ${GITHUB.join(' ')}`]])(
  'without a token, %s says where to get one',
  async (line) => {
    const { code, stderr } = await served.run(line.split(' '), {});
    expect(code).toBe(2);
    expect(stderr).toMatch(/^No token: /);
  },
);
