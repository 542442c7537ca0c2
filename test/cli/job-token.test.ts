import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectForChanges } from '#cli/connection/connect-for-changes.ts';
import { publishFile } from '#cli/publish/publish-file.ts';
import { alpenglow } from '#test/support/alpenglow.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { START_TOKEN } from '#test/support/served-registry.ts';
import { type TrustedJobs, trustJobs } from '#test/support/trusted-jobs.ts';

const MAIN = { owner: 'acme', branch: 'v3.22', repository: 'main' };

let jobs: TrustedJobs;
beforeAll(async () => {
  jobs = await trustJobs();
}, 60_000);
afterAll(() => jobs.close());

async function packageFile(name: string): Promise<string> {
  const path = join(jobs.folder, `${name}.apk`);
  await writeFile(path, await buildPackage({ name }));
  return path;
}

const run = (args: string[], environment: NodeJS.ProcessEnv) =>
  alpenglow(args, {
    ALPENGLOW_URL: jobs.registry.url,
    ALPENGLOW_REPOSITORY: 'acme/v3.22/main',
    ...environment,
  });

test('a job of GitHub Actions publishes several files and deletes one, with no token but its own', async () => {
  const paths = [await packageFile('one'), await packageFile('two')];
  jobs.audiences.length = 0;
  const published = await run(['publish', ...paths, '--wait'], jobs.github);
  expect(published).toMatchObject({ code: 0 });
  expect(published.stdout.match(/published +x86_64\/(one|two)-1\.0-r0\.apk\n/g)).toHaveLength(2);
  expect(jobs.audiences).toEqual([jobs.registry.url]);
  const deleted = await run(['delete', 'x86_64/one-1.0-r0.apk'], jobs.github);
  expect(deleted).toMatchObject({ code: 0 });
  expect(`${published.stdout}${published.stderr}${deleted.stderr}`).not.toMatch(/alp_|eyJ/);
});

test('a job of another CI system publishes with the token in ALPENGLOW_ID_TOKEN', async () => {
  const paths = [await packageFile('three'), await packageFile('four')];
  const ended = await run(['publish', ...paths], { ALPENGLOW_ID_TOKEN: `${jobs.gitlabToken()}\n` });
  expect(ended).toMatchObject({ code: 0 });
});

test('a second command with the same id token is told that it is good for one', async () => {
  const environment = { ALPENGLOW_ID_TOKEN: jobs.gitlabToken() };
  await run(['publish', await packageFile('first')], environment);
  const { code, stderr } = await run(['publish', await packageFile('second')], environment);
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('name all files in one'),
  });
});

test('a token that was given goes before the job', async () => {
  jobs.audiences.length = 0;
  const environment = { ...jobs.github, ALPENGLOW_TOKEN: START_TOKEN };
  expect(await run(['publish', await packageFile('given')], environment)).toMatchObject({ code: 0 });
  expect(jobs.audiences).toEqual([]);
});

test('where a token has ended while files are published, the job is given another one', async () => {
  const connection = {
    origin: jobs.registry.url,
    authorization: undefined,
    line: undefined,
    repository: MAIN,
  };
  const client = await connectForChanges(connection, { owners: ['acme'] }, jobs.github);
  const paths = await Promise.all(['five', 'six', 'seven'].map(packageFile));
  await revokeExchanged();
  jobs.audiences.length = 0;
  await Promise.all(paths.map((path) => publishFile({ path }, MAIN, client)));
  expect(jobs.audiences).toHaveLength(1);
});

test('where a token has ended and the job has no other, it is told so', async () => {
  const connection = {
    origin: jobs.registry.url,
    authorization: undefined,
    line: undefined,
    repository: MAIN,
  };
  const environment = { ALPENGLOW_ID_TOKEN: jobs.gitlabToken() };
  const client = await connectForChanges(connection, { owners: ['acme'] }, environment);
  await revokeExchanged();
  const path = await packageFile('late');
  await expect(publishFile({ path }, MAIN, client)).rejects.toThrow('max_life_seconds');
});

async function revokeExchanged(): Promise<void> {
  const { tokens } = (await (await jobs.ask('/api/tokens')).json()) as {
    tokens: { id: string; name: string }[];
  };
  const exchanged = tokens.filter(({ name }) => name.startsWith('oidc:'));
  expect(exchanged.length).toBeGreaterThan(0);
  for (const { id } of exchanged) await jobs.ask(`/api/tokens/${id}`, { method: 'DELETE' });
}

test('an id token that was made for another registry is not shown to this one', async () => {
  const path = await packageFile('elsewhere');
  const other = { ALPENGLOW_ID_TOKEN: jobs.gitlabToken({ aud: ['https://other.example.com'] }) };
  const { code, stderr } = await run(['publish', path], other);
  expect(code).toBe(2);
  expect(stderr).toContain('made for "https://other.example.com", not for "http://127.0.0.1');
  const said = await run(['publish', path, '--audience', 'https://other.example.com'], other);
  expect(said).toMatchObject({ code: 1, stderr: expect.stringContaining('audience of its policy') });
});

test('a job that no policy trusts is told which claims do not fit', async () => {
  const strange = { ALPENGLOW_ID_TOKEN: jobs.gitlabToken({ project_id: '21' }) };
  const { code, stderr } = await run(['publish', await packageFile('strange')], strange);
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/do not fit: (project|repository)_id\./),
  });
});

test('a job changes the packages of one owner at a time', async () => {
  const files = ['acme/v3.22/main/x86_64/a-1-r0.apk', 'other/v3.22/main/x86_64/a-1-r0.apk'];
  expect(await run(['delete', ...files], jobs.github)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('acme, other'),
  });
});

test.each([
  [{ GITHUB_ACTIONS: 'true' }, 'permissions: {id-token: write}'],
  [{ GITLAB_CI: 'true' }, 'id_tokens: {ALPENGLOW_ID_TOKEN: {aud: URL}}'],
  [{}, 'set ALPENGLOW_TOKEN'],
  [{ ALPENGLOW_ID_TOKEN: 'eyJhbGciOiJIUzI1NiJ9.secret' }, 'not a JSON Web Token'],
  [{ ACTIONS_ID_TOKEN_REQUEST_URL: 'no-url', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' }, 'is not a URL'],
])('without a token, %j is told what to do', async (environment, advice) => {
  const { code, stderr } = await run(['publish', await packageFile('none')], environment);
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(advice) });
  expect(stderr).not.toContain('secret');
});
