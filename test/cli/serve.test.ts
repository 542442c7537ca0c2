import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildPackage } from '#test/support/build-package.ts';
import { fetchIndex } from '#test/support/fetch-index.ts';
import { RunningRegistry } from '#test/support/running-registry.ts';
import { until } from '#test/support/until.ts';

const FOLDER = 'acme/v3.22/main/x86_64';

const registry = new RunningRegistry('clone');
beforeAll(() => registry.start(), 90_000);
afterAll(() => registry.close());

/** @returns exit code and what was printed */
async function run(...args: string[]): Promise<{ code: number; output: string }> {
  const child = promisify(execFile)(process.execPath, ['bin/alpenglow.js', ...args], { timeout: 30_000 });
  try {
    const { stdout } = await child;
    return { code: 0, output: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
}

test('it prints the lines that publish a package and install it, with everything filled in', async () => {
  const { url, token, output } = registry;
  expect(output).toContain(
    `curl --fail-with-body -H 'Authorization: Bearer ${token}' --upload-file FILE.apk '${url}/api/packages/acme/alpine/v3.22/main?wait=20'`,
  );
  expect(output).toMatch(
    /wget -P \/etc\/apk\/keys http:\/\/127\.0\.0\.1:\d+\/acme\/alpenglow-[0-9a-f]{8}\.rsa\.pub/,
  );
  expect(output).toContain(`echo ${url}/acme/v3.22/main >> /etc/apk/repositories`);
});

test('the printed key is served before the first package is published', async () => {
  const [, path = ''] = /wget -P \/etc\/apk\/keys http:\/\/[^/]+(\S+)/.exec(registry.output) ?? [];
  const response = await registry.fetch(path);
  expect(response.status).toBe(200);
  expect(await response.text()).toMatch(/^-----BEGIN PUBLIC KEY-----/);
  const { headers } = await registry.fetch('/acme/key');
  expect(headers.get('content-disposition')).toContain(`"${path.split('/').at(-1)}"`);
});

test('its health is 200 when it says it is ready', async () => {
  expect((await registry.fetch('/api/health')).status).toBe(200);
});

test('a second one on the same data is refused, in words', async () => {
  const { code, output } = await run('serve', '--port', '0', '--data', registry.folder);
  expect(code).toBe(1);
  expect(output).toContain(`${registry.folder} is in use by another process`);
  expect(output).toContain('--data');
});

test('a port that is taken is refused, in words, and leaves nothing running', async () => {
  const data = join(registry.folder, 'other');
  const port = new URL(registry.url).port;
  const { code, output } = await run('serve', '--port', port, '--data', data);
  expect(code).toBe(1);
  expect(output).toContain(`The port ${port} is in use; choose another one with --port`);
});

test.each([[['serve', '--colour']], [['serve', '--port', 'x']]])(
  '%j is answered with what can be said, and exit code 2',
  async (args) => {
    const { code, output } = await run(...args);
    expect(code).toBe(2);
    expect(output).toContain('alpenglow serve [--port N]');
  },
);

test('ended by SIGTERM it exits with 0, and started again it has everything', async () => {
  expect((await registry.put('acme/v3.22/main', await buildPackage())).status).toBe(201);
  expect(await registry.stop('SIGTERM')).toBe(0);
  await registry.start();
  await until('the package is listed', async () => (await fetchIndex(registry, FOLDER))?.length === 1);
  expect((await registry.fetch(`/${FOLDER}/foo-1.0-r0.apk`)).status).toBe(200);
});

test('a token made with the one of the start does what it is for, and does it after the next start, too', async () => {
  const response = await registry.asPublisher('/api/tokens', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'ci', rights: [{ allow: ['publish'], on: 'acme' }] }),
  });
  expect(response.status).toBe(201);
  const { id, token } = (await response.json()) as { id: string; token: string };
  const publish = async (name: string) => {
    const body = await buildPackage({ name });
    const headers = { authorization: `Bearer ${token}` };
    const path = '/api/packages/acme/alpine/v3.22/main';
    return (await registry.fetch(path, { method: 'PUT', headers, body })).status;
  };
  expect(await publish('before')).toBe(201);
  await registry.stop('SIGKILL');
  await registry.start();
  expect(await publish('after')).toBe(201);
  expect((await registry.asPublisher(`/api/tokens/${id}`, { method: 'DELETE' })).status).toBe(204);
  expect(await publish('never')).toBe(401);
  expect(registry.output).not.toContain(token);
});

test('what it keeps can be read by its owner alone', async () => {
  expect((await stat(registry.folder)).mode & 0o077).toBe(0);
});
