import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { UnreachableError } from '#cli/connection/refusal.ts';
import { HttpRepository } from '#cli/repository/http-repository.ts';
import { alpenglow } from '#test/support/alpenglow.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { type ForeignKey, makeKey, writeForeignIndex } from '#test/support/foreign-repository.ts';
import { largePackage } from '#test/support/large-package.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { redirectTo, serveFolder, type WebServer } from '#test/support/web-server.ts';

const FILE = '/x86_64/foo-1.0-r0.apk';
const BASIC = `Basic ${Buffer.from('jo:s3cret%').toString('base64')}`;

let scratch: Awaited<ReturnType<typeof temporaryFolder>>;
let key: ForeignKey;
let server: WebServer;
let other: WebServer;
let file: Buffer;

beforeEach(async () => {
  scratch = await temporaryFolder();
  const folder = join(scratch.folder, 'repository');
  key = await makeKey(join(scratch.folder, 'keys'));
  file = await buildPackage();
  await writeForeignIndex(folder, 'x86_64', { packages: [file], key });
  server = await serveFolder(folder);
  other = await serveFolder(folder);
});
afterEach(async () => {
  await Promise.all([server.close(), other.close()]);
  await scratch.remove();
});

const verify = (args: string[] = [], environment: NodeJS.ProcessEnv = {}, url = server.url) =>
  alpenglow(['verify', url, '--keys', key.path, '--arch', 'x86_64', ...args], environment);
const withCredentials = () => server.url.replace('//', '//jo:s3cret%25@');

test('credentials in the URL are sent to its host with every request, and shown to nobody', async () => {
  const { code, stdout, stderr } = await verify([], {}, withCredentials());
  expect(code).toBe(0);
  expect(new Set(server.requests.map(({ authorization }) => authorization))).toEqual(new Set([BASIC]));
  expect(stdout + stderr).not.toMatch(/s3cret|jo:/);
});

test('a redirect to another host is followed without the credentials, one to the same host with them', async () => {
  server.answer(FILE, redirectTo('/mirror'));
  server.answer('/mirror', redirectTo(`${other.url.replace('//', '//a:b@')}${FILE}`));
  expect((await verify([], {}, withCredentials())).code).toBe(0);
  expect(server.requests.filter(({ path }) => path === '/mirror')).toEqual([
    { path: '/mirror', authorization: BASIC },
  ]);
  expect(other.requests).toEqual([{ path: FILE, authorization: undefined }]);
});

test.each([
  [5, 0],
  [6, 1],
])('%i redirects in a row end with exit code %i', async (count, code) => {
  const steps = Array.from({ length: count }, (_, i) => `/step-${i}`);
  server.answer(FILE, redirectTo('/step-1'));
  for (const [i, step] of steps.entries()) {
    if (i > 0) server.answer(step, redirectTo(i + 1 < count ? `/step-${i + 1}` : `${other.url}${FILE}`));
  }
  const ended = await verify();
  expect(ended.code).toBe(code);
  if (code === 1) expect(ended.stdout).toContain('is redirected more than 5 times');
});

test.each([
  ['of a kind that apk does not follow', redirectTo('/x', 308), '308, a redirect that apk does not follow'],
  ['to a file', redirectTo('file:///etc/passwd'), 'is redirected to "file:///etc/passwd"'],
  ['to nowhere', redirectTo('http://'), 'is redirected to "http://"'],
])('a redirect %s is a fault', async (_, answer, message) => {
  server.answer(FILE, answer);
  const { code, stdout } = await verify();
  expect(stdout).toContain(message);
  expect(code).toBe(1);
});

test('the token of the settings is sent to the registry of the settings, and to nobody else', async () => {
  const sent = (web: WebServer) => new Set(web.requests.map(({ authorization }) => authorization));
  const settings = { ALPENGLOW_URL: server.url, ALPENGLOW_TOKEN: 'secret-token' };
  await verify([], settings);
  await verify([], settings, other.url);
  expect(sent(server)).toEqual(new Set(['Bearer secret-token']));
  expect(sent(other)).toEqual(new Set([undefined]));
});

test.each([
  [
    'is cut off',
    (response: ServerResponse) => {
      response.writeHead(200, { 'content-length': file.length }).write(file.subarray(0, 100));
      setImmediate(() => response.destroy());
    },
  ],
  ['says 503', (response: ServerResponse) => void response.writeHead(503, { 'retry-after': '0' }).end()],
  ['says 429', (response: ServerResponse) => void response.writeHead(429, { 'retry-after': '0' }).end()],
  ['is hung up', (response: ServerResponse) => void response.destroy()],
])('a package whose answer %s is asked for again', async (_, fail) => {
  server.answer(FILE, (__, response) => fail(response));
  const { code, stdout, stderr } = await verify();
  expect(stdout).toContain('0 faults');
  expect(stderr).toMatch(/; again in .* s$/m);
  expect(code).toBe(0);
});

test.each([401, 403, 500.5])('an answer %d is the fault of that file alone', async (status) => {
  server.answer(
    FILE,
    (_, response) => void response.writeHead(Math.floor(status) === 500 ? 501 : status).end(),
  );
  const { code, stdout } = await verify();
  expect(stdout).toMatch(new RegExp(`^FAULT x86_64/foo-1.0-r0.apk: ${server.url}${FILE} answered`, 'm'));
  expect(code).toBe(1);
});

test('a server that fails at one package after the other is given up', async () => {
  const names = Array.from({ length: 30 }, (_, i) => `p${i}`);
  const packages = await Promise.all(names.map((name) => buildPackage({ name })));
  await writeForeignIndex(join(scratch.folder, 'repository'), 'x86_64', { packages, key });
  const fail = (_: unknown, response: ServerResponse) =>
    void response.writeHead(503, { 'retry-after': '0' }).end();
  for (const name of names) server.answer(`/x86_64/${name}-1.0-r0.apk`, ...Array(10).fill(fail));
  const { code, stdout, stderr } = await verify();
  expect(stdout.match(/^FAULT /gm)).toHaveLength(7);
  expect(stderr).toMatch(/answered 503\n$/);
  expect(code).toBe(1);
});

test('no more is taken of a package than the index says that it has', async () => {
  let sent = 0;
  const endless = async function* () {
    for await (const chunk of largePackage(64)) {
      sent += chunk.length;
      yield chunk;
    }
  };
  server.answer(FILE, (_, response) => {
    pipeline(Readable.from(endless()), response.writeHead(200)).catch(() => {});
  });
  const { code, stdout } = await verify();
  expect(stdout).toContain(`FAULT x86_64/foo-1.0-r0.apk: has more bytes, but the index says ${file.length}`);
  expect(code).toBe(1);
  expect(sent).toBeLessThan(32 * 1024 * 1024);
});

test('what a server says to have compressed is taken as it is, as apk does', async () => {
  server.answer(
    FILE,
    (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(file),
  );
  expect((await verify()).code).toBe(0);
  server.answer(
    FILE,
    (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(file)),
  );
  expect((await verify()).code).toBe(1);
});

test.each(['before its answer', 'in the middle of it'])(
  'a server that stalls %s is not waited for without end',
  async (when) => {
    server.answer(FILE, (_, response) => {
      if (when !== 'before its answer') response.writeHead(200).write(file.subarray(0, 10));
    });
    const repository = new HttpRepository(new URL(server.url), { stallSeconds: 0.2 });
    const read = async () => {
      const opened = await repository.open(FILE.slice(1));
      for await (const _ of opened?.chunks ?? []);
    };
    await expect(read()).rejects.toThrow(UnreachableError);
    await expect(read()).resolves.toBeUndefined();
    repository.close();
  },
);
