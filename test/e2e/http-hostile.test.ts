import { writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { MAX_UPLOAD_BYTES } from '#lambdas/api/upload-limit.ts';
import { jsonIn, problemIn } from '#test/lambdas/api/api-under-test.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { runCommand } from '#test/support/command.ts';
import { expectListed } from '#test/support/fetch-index.ts';
import { connectTo, rawRequest, sendRaw } from '#test/support/raw-request.ts';
import { apiPath } from '#test/support/registry-client.ts';
import { registryUnderTest } from '#test/support/registry-under-test.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { until } from '#test/support/until.ts';

const registry = registryUnderTest();
const { owner } = registry;
const MAIN = `${owner}/v3.22/main`;
const API = apiPath(MAIN);
const authorization = `Bearer ${registry.token}`;

let folder: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ folder, remove } = await temporaryFolder());
  await registry.put(MAIN, await buildPackage({ name: 'doc', arch: 'noarch' }), '?wait=20');
});
afterEach(async () => {
  // Whatever was sent, the next one is served.
  expect((await registry.fetch('/api/health')).status).toBe(200);
});
afterAll(() => remove?.());

test.each(['', 'x', 'undefined', '00000000-0000-0000-0000-000000000000'])(
  'saying to be CloudFront (%j) gives nothing, and takes nothing',
  async (secret) => {
    const headers = { 'x-alpenglow-origin': secret };
    const put = await registry.fetch(API, { method: 'PUT', body: await buildPackage(), headers });
    expect(put.status).toBe(401);
    const noarch = await registry.fetch(`/${MAIN}/x86_64/doc-1.0-r0.apk`, { headers });
    expect(noarch.status).toBe(302);
    expect([...noarch.headers.keys()]).not.toContain('x-alpenglow-origin');
  },
);

const PATHS = [
  '//',
  '///',
  '//evil.example/',
  '//evil.example/api/health',
  `//evil.example/${owner}/key`,
  `/\\evil.example/${owner}/key`,
  `//${MAIN}/x86_64/APKINDEX.tar.gz`,
  `/${owner}//v3.22/main/x86_64/APKINDEX.tar.gz`,
  `/${MAIN}/x86_64/..%2f..%2f..%2f..%2fetc%2fpasswd`,
  `/${MAIN}/x86_64/..%2fnoarch%2fdoc-1.0-r0.apk`,
  `/${MAIN}/x86_64/%2e%2e%2fnoarch%2fdoc-1.0-r0.apk`,
  `/${MAIN}/x86_64/..\\noarch\\doc-1.0-r0.apk`,
  `/${MAIN}%2fnoarch/doc-1.0-r0.apk`,
  `/${MAIN}/noarch/doc-1.0-r0.apk%00`,
  `/${MAIN}/noarch/doc-1.0-r0.apk%0d%0aX-Injected:%20yes`,
  `/${MAIN}/noarch/doc-1.0-r0.apk/`,
  `/${MAIN}/noarch/doc-1.0-r0.apk;a=b`,
  '/%00',
  '/%',
  '/%ff',
  '/%c0%ae%c0%ae/',
  `/packages/${owner}`,
  '/_/',
  '/api',
  '/api/',
  '/api//health',
  '/api/packages',
  '/api/packages//alpine/key',
  '/api/packages/..%2f/alpine/key',
  `${API}/noarch/..%2f..%2fdoc-1.0-r0.apk`,
  `${API}/noarch/%0d%0aX-Injected:%20yes`,
  '/v2',
  `/v2/packages/organizations/${owner}/registries/tools`,
  `/${'a/'.repeat(2000)}`,
];

test.each(PATHS.map((path) => [path.length > 100 ? `${path.slice(0, 20)}… (${path.length})` : path, path]))(
  'GET %s is a 4xx, and leads nowhere else',
  async (_short, path) => {
    const { status, head, body } = await sendRaw(registry.url, rawRequest(registry.url, 'GET', path));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(head).not.toMatch(/^(location|x-injected):/im);
    expect(body).not.toMatch(/root:|node:internal|\.ts:\d|<\?xml/);
    expect(body.length).toBeLessThan(1000);
  },
);

test.each([1100, 5000, 10_000])('a path of %d characters is a 4xx', async (length) => {
  const { status, body } = await sendRaw(
    registry.url,
    rawRequest(registry.url, 'GET', `/${'a'.repeat(length)}`),
  );
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(body.length).toBeLessThan(1000);
});

test.each(['..', '%2e%2e', '.%2E'])(
  'a path with %s in it asks for no more than the path without',
  async (up) => {
    const key = await sendRaw(
      registry.url,
      rawRequest(registry.url, 'GET', `/${owner}/${up}/${MAIN}/noarch/doc-1.0-r0.apk`),
    );
    expect([200, 400, 404]).toContain(key.status);
    const put = await sendRaw(
      registry.url,
      rawRequest(registry.url, 'PUT', `/${owner}/${up}${API}`, { 'Content-Length': '0' }),
    );
    expect([401, 404, 405]).toContain(put.status);
  },
);

test.each([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'QUERY',
  'M-SEARCH',
])('%s is answered below 500 wherever it is sent', async (method) => {
  const paths = ['/', `/${owner}/key`, API, `${API}/noarch/doc-1.0-r0.apk`, `/${MAIN}/noarch/doc-1.0-r0.apk`];
  for (const path of [...paths, '/api/health', `/api/packages/${owner}/alpine/key`, '/*', '/v2/x']) {
    const answer = await sendRaw(
      registry.url,
      rawRequest(registry.url, method, path, { 'Content-Length': '0' }),
    );
    expect([path, answer.status]).toEqual([path, expect.any(Number)]);
    expect(answer.status).toBeGreaterThanOrEqual(200);
    expect(answer.status).toBeLessThan(500);
  }
});

test.each([
  ['no host', `GET /${owner}/key HTTP/1.1\r\nConnection: close\r\n\r\n`],
  ['a host that is none', `GET /${owner}/key HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n`],
  ['a NUL in the path', `GET /${owner}/\0 HTTP/1.1\r\nHost: a\r\n\r\n`],
  ['two lengths', `PUT ${API} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`],
  ['a negative length', `PUT ${API} HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n`],
  [
    'a length and chunks',
    `PUT ${API} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ],
  ['no HTTP', 'hello\r\n\r\n'],
])('a request with %s is a 400', async (_what, request) => {
  expect((await sendRaw(registry.url, request)).status).toBe(400);
});

describe('an upload over the limit', () => {
  const size = String(MAX_UPLOAD_BYTES + 1);

  test('is a 413 before its body is sent, and its connection is ended', async () => {
    const headers = { Authorization: authorization, 'Content-Length': size, Connection: 'keep-alive' };
    const { status, body } = await sendRaw(registry.url, rawRequest(registry.url, 'PUT', API, headers));
    expect(status).toBe(413);
    expect(JSON.parse(body)).toMatchObject({ code: 'too-large' });
  });

  test.each([
    ['at once', [], /"too-large",[^}]*-T FILE"\s*\]\s*\}\s*413$/],
    // Then the first to know may be one that cannot tell what to do about it.
    ['without its length', ['-H', 'Transfer-Encoding: chunked'], /413$/],
    ['without asking before', ['-H', 'Expect:'], /"too-large",[^}]*-T FILE"\s*\]\s*\}\s*413$/],
  ])('is a 413 to curl that sends it %s', async (_how, args, expected) => {
    const path = join(folder, 'large.apk');
    await writeFile(path, Buffer.alloc(4 * MAX_UPLOAD_BYTES));
    const { output } = await runCommand('curl', [
      ...['-sS', '-m', '20', '-w', ' %{http_code}', '-T', path],
      ...['-H', `Authorization: ${authorization}`, ...args, `${registry.url}${API}`],
    ]);
    expect(output).toMatch(expected);
  });

  test('is a 413 in a form, too', async () => {
    const body = new FormData();
    body.append('file', new File([Buffer.alloc(MAX_UPLOAD_BYTES + 1)], 'a.apk'));
    const path = `/v2/packages/organizations/${owner}/registries/tools/packages`;
    const response = await registry.asPublisher(path, { method: 'POST', body });
    expect(response.status).toBe(413);
    expect((await problemIn(response)).detail).toContain(`${MAX_UPLOAD_BYTES} bytes`);
  });

  test('is as large as is said: one byte less is read', async () => {
    const response = await registry.put(MAIN, Buffer.alloc(MAX_UPLOAD_BYTES));
    expect(response.status).toBe(400);
    expect((await jsonIn<{ code: string }>(response)).code).toBe('not-gzip');
  });
});

/** A connection on which a PUT of `size` bytes has begun. */
async function beginPut(size: number): Promise<Socket> {
  const socket = await connectTo(registry.url);
  socket.on('error', () => {});
  socket.resume();
  const headers = { Authorization: authorization, 'Content-Length': String(size) };
  await write(socket, rawRequest(registry.url, 'PUT', API, headers));
  return socket;
}

const write = (socket: Socket, bytes: string | Uint8Array) =>
  new Promise<void>((resolve) => socket.write(bytes, () => resolve()));

describe('an upload that is cut off', () => {
  test.each(['end', 'destroy', 'resetAndDestroy'] as const)(
    'by %s leaves nothing behind, so that it can be sent again',
    async (how) => {
      const file = await buildPackage({ name: `cut-${how.toLowerCase()}` });
      for (const share of [0, 0.5, 1]) {
        const socket = await beginPut(file.length + 1);
        await write(socket, file.subarray(0, file.length * share));
        socket[how]();
        await until('the connection is gone', async () => socket.closed);
      }
      const response = await registry.put(MAIN, file, '?wait=20');
      expect([response.status, await response.json()]).toMatchObject([201, { indexed: true }]);
    },
  );

  test('after all of the file, but before its end, is not published', async () => {
    const file = await buildPackage({ name: 'short' });
    const socket = await beginPut(file.length + 100);
    await write(socket, file);
    socket.destroy();
    expect((await registry.put(MAIN, file)).status).toBe(201);
  });
});

test('a slow upload holds nobody up, and loses to a fast one of the same file', async () => {
  const file = await buildPackage({ name: 'slow' });
  const sockets = await Promise.all(Array.from({ length: 50 }, () => beginPut(file.length)));
  let answer = '';
  sockets[0]?.on('data', (bytes) => {
    answer += bytes.toString();
  });
  for (const socket of sockets) await write(socket, file.subarray(0, 10));
  const response = await registry.put(MAIN, file, '?wait=20');
  expect([response.status, await response.json()]).toMatchObject([201, { indexed: true }]);
  for (let at = 10; at < file.length; at += 50) await write(sockets[0] as Socket, file.subarray(at, at + 50));
  await until('the slow one is answered', async () => answer.includes('\r\n\r\n'));
  expect(answer).toMatch(/^HTTP\/1\.1 409/);
  for (const socket of sockets) socket.destroy();
  await expectListed(registry, `${MAIN}/x86_64`, 'slow-1.0-r0.apk');
});
