import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setupScript } from '#lambdas/api/setup-script.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { type ApiUnderTest, problemIn, startApi, throughCdn } from './api-under-test.ts';

const run = promisify(execFile);

let api: ApiUnderTest;
let folder: string;
let remove: () => Promise<void>;
let script: string;
beforeAll(async () => {
  api = await startApi();
  const response = await api.app.request('/acme/v3.22/main/setup.sh', { headers: throughCdn });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/x-shellscript; charset=utf-8');
  script = await response.text();
});
beforeEach(async () => {
  ({ folder, remove } = await temporaryFolder());
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'bin/apk'), `#!/bin/sh\necho "$@" >> '${folder}/apk-was-called-with'\n`);
  await chmod(join(folder, 'bin/apk'), 0o755);
});
afterEach(() => remove());
afterAll(() => api.close());

/** Runs it in a root of its own, where apk only says how it was called. */
async function setUp(environment: Record<string, string> = {}, text = script): Promise<void> {
  const root = join(folder, 'root');
  const env = { PATH: `${folder}/bin:${process.env.PATH}`, ALPENGLOW_ROOT: root, ...environment };
  await run('sh', ['-c', text], { env });
}
const read = (path: string) => readFile(join(folder, path), 'utf8');
const repositories = () => read('root/etc/apk/repositories');
const withLines = async (...lines: string[]) => {
  await mkdir(join(folder, 'root/etc/apk'), { recursive: true });
  await writeFile(join(folder, 'root/etc/apk/repositories'), lines.join('\n'));
};

const LINE = 'https://apk.example.com/acme/v3.22/main';

test('a machine gets the key under its exact name, the line and the index', async () => {
  await setUp();
  const [signer] = api.dependencies.signers;
  expect(await readdir(join(folder, 'root/etc/apk/keys'))).toEqual([await signer?.keyFileName()]);
  expect(await read(`root/etc/apk/keys/${await signer?.keyFileName()}`)).toBe(await signer?.publicKey());
  expect(await repositories()).toBe(`${LINE}\n`);
  expect(await read('apk-was-called-with')).toBe(`--root ${folder}/root --update-cache update\n`);
});

test('run again, it changes nothing, and keeps what is there', async () => {
  await withLines('# mine', 'https://dl.example.org/alpine/v3.22/main', `@acme ${LINE}`);
  await setUp();
  const once = await repositories();
  expect(once).toBe(`# mine\nhttps://dl.example.org/alpine/v3.22/main\n@acme ${LINE}\n${LINE}\n`);
  await setUp();
  expect(await repositories()).toBe(once);
  expect((await readdir(join(folder, 'root/etc/apk'))).sort()).toEqual(['keys', 'repositories']);
});

test('a token goes into the line, another one takes its place, and nobody else may read it', async () => {
  await withLines('first', `${LINE}/`, 'last');
  await setUp({ ALPENGLOW_TOKEN: 'alp_one' });
  expect(await repositories()).toBe('first\nhttps://token:alp_one@apk.example.com/acme/v3.22/main\nlast\n');
  await setUp({ ALPENGLOW_TOKEN: 'alp_two' });
  expect(await repositories()).toBe('first\nhttps://token:alp_two@apk.example.com/acme/v3.22/main\nlast\n');
  expect((await stat(join(folder, 'root/etc/apk/repositories'))).mode & 0o777).toBe(0o600);
  await setUp();
  expect(await repositories()).toBe(`first\n${LINE}\nlast\n`);
  expect((await stat(join(folder, 'root/etc/apk/repositories'))).mode & 0o777).toBe(0o644);
});

test.each(['a b', 'a@evil.example.com/', '$(reboot)', 'a\nb'])(
  'a token like %j is refused',
  async (token) => {
    await withLines('first');
    await expect(setUp({ ALPENGLOW_TOKEN: token })).rejects.toThrow(/ALPENGLOW_TOKEN is no token/);
    expect(await repositories()).toBe('first');
  },
);

test('cut off anywhere, it does nothing', async () => {
  for (const length of [200, 900, 1500, script.indexOf('END'), script.length - 10]) {
    await setUp({}, script.slice(0, length)).catch(() => {});
    await expect(readdir(join(folder, 'root'))).rejects.toThrow('ENOENT');
  }
});

test('where there is no apk it says so, and touches nothing', async () => {
  await expect(setUp({ PATH: '/nowhere' }, `exec 2>&1; ${script}`)).rejects.toThrow();
  await expect(readdir(join(folder, 'root'))).rejects.toThrow('ENOENT');
});

test('whatever the host is called, it is no command', async () => {
  const publicUrl = `http://a'$(touch$\{IFS}gotcha)'.example.com`;
  const hostile = setupScript({ publicUrl, repository: 'acme/v3.22/main', keys: [] });
  await setUp({}, hostile);
  expect(await repositories()).toBe(`${new URL(publicUrl).origin}/acme/v3.22/main\n`);
});

test('it is the same for every repository there could be, and a 404 for what none is called', async () => {
  const unknown = await api.app.request('/nobody/none/nothing/setup.sh', { headers: throughCdn });
  expect((await unknown.text()).replaceAll('nobody/none/nothing', 'acme/v3.22/main')).toBe(script);
  for (const path of ['/api/v3.22/main/setup.sh', '/acme/.v/main/setup.sh', '/acme/v3.22/main/x/setup.sh']) {
    const response = await api.app.request(path, { headers: throughCdn });
    expect(response.status).toBe(404);
    await problemIn(response);
  }
});
