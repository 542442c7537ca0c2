import { createHash, createPublicKey } from 'node:crypto';
import type { Signer } from '#registry/ports.ts';
import { buildPackage } from '#test/support/build-package.ts';
import {
  type ApiUnderTest,
  bearer,
  hasControls,
  ORIGIN_SECRET,
  problemIn,
  put,
  startApi,
  throughCdn,
} from './api-under-test.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

async function publish(contents: Parameters<typeof buildPackage>[0], repository = 'main') {
  const path = `/api/packages/acme/alpine/v3.22/${repository}?wait=20`;
  const response = await api.app.request(path, put(await buildPackage(contents)));
  expect(await response.json()).toMatchObject({ indexed: true });
}

const ask = (path: string, headers: Record<string, string> = throughCdn, method = 'GET') =>
  api.app.request(path, { method, headers });

test.each([
  ['/api/packages/acme/alpine/key', {}],
  ['/api/packages/ACME/alpine/key', {}],
  ['/acme/key', throughCdn],
  ['/Acme/key', throughCdn],
  ['/acme/tools/rsakey', throughCdn],
])('curl -JO %s saves the key under the name that apk looks for', async (path, headers) => {
  const response = await ask(path, headers);
  expect(response.status).toBe(200);
  const name = await api.dependencies.signers[0]?.keyFileName();
  expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${name}"`);
  expect(name).toMatch(/^test-[0-9a-f]{8}\.rsa\.pub$/);
  expect(response.headers.get('content-type')).toBe('application/x-pem-file');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(createPublicKey(await response.text()).asymmetricKeyType).toBe('rsa');
});

test('anybody may see which keys sign, and which of them new clients are given', async () => {
  const { signers } = api.dependencies;
  const second = { ...signers[0], keyFileName: async () => 'test-00000000.rsa.pub' } as Signer;
  const publicKey = (await signers[0]?.publicKey()) ?? '';
  second.publicKey = async () => publicKey;
  const app = api.with({ signers: [...signers, second] });
  const response = await app.request('/api/keys');
  expect(response.status).toBe(200);
  const der = createPublicKey(publicKey).export({ type: 'spki', format: 'der' });
  const fingerprint = createHash('sha256').update(der).digest('hex');
  const file = `test-${fingerprint.slice(0, 8)}.rsa.pub`;
  const key = { fingerprint, algorithm: 'RSA-4096' };
  expect(await response.json()).toEqual({
    keys: [
      { ...key, file, given_to_new_clients: true },
      { ...key, file: 'test-00000000.rsa.pub', given_to_new_clients: false },
    ],
  });
  expect((await app.request('/api/keys', { method: 'POST' })).status).toBe(405);
});

test('HEAD of a key has the headers and no body', async () => {
  const response = await ask('/api/packages/acme/alpine/key', {}, 'HEAD');
  expect(response.status).toBe(200);
  expect(response.headers.get('content-disposition')).toContain('.rsa.pub');
  expect(await response.text()).toBe('');
});

test('a key of an owner that cannot be is not found', async () => {
  expect((await ask('/api/packages/_x/alpine/key')).status).toBe(400);
  for (const path of ['/_x/key', '/api/key', '/v2/key', '/a%20b/key', '/acme/-/rsakey', '/api/x/rsakey']) {
    const response = await ask(path);
    expect(response.status).toBe(404);
    await problemIn(response);
  }
});

test.each(['x86_64', 'aarch64', 'riscv64'])('a noarch package is found under %s', async (arch) => {
  await publish({ name: `doc++${arch}`, arch: 'noarch' });
  for (const method of ['GET', 'HEAD']) {
    const response = await ask(`/acme/v3.22/main/${arch}/doc++${arch}-1.0-r0.apk`, throughCdn, method);
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe(`/acme/v3.22/main/noarch/doc%2B%2B${arch}-1.0-r0.apk`);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toBe('');
  }
});

test('a repository with noarch packages alone has an index for every architecture', async () => {
  await publish({ name: 'doc', arch: 'noarch' }, 'docs');
  const response = await ask('/ACME/v3.22/docs/x86_64/APKINDEX.tar.gz');
  expect(response.status).toBe(302);
  expect(response.headers.get('location')).toBe('/acme/v3.22/docs/noarch/APKINDEX.tar.gz');
});

test.each([
  '/acme/v3.22/main/x86_64/never-1.0-r0.apk',
  '/acme/v3.22/main/noarch/never-1.0-r0.apk',
  '/acme/v3.22/never/x86_64/APKINDEX.tar.gz',
  '/acme/v3.22/main/x86-64/APKINDEX.tar.gz',
  '/acme/v3.22/main/x86_64/Packages.adb',
  '/acme/v3.22/main/x86_64/..%2Fnoarch',
  '/acme/v3.22/-/x86_64/APKINDEX.tar.gz',
  '/_/v3.22/main/x86_64/APKINDEX.tar.gz',
  '/api/v3.22/main/x86_64/APKINDEX.tar.gz',
  '/acme/v3.22/main/x86_64%0d%0aX-A:b/APKINDEX.tar.gz',
  `/acme/v3.22/main/x86_64/${'f'.repeat(200)}-1.0-r0.apk`,
])('%s is a plain 404', async (path) => {
  const response = await ask(path);
  expect(response.status).toBe(404);
  expect(hasControls((await problemIn(response)).detail)).toBe(false);
});

test.each([
  ['without the header', {}],
  ['with an empty header', { 'x-alpenglow-origin': '' }],
  ['with a guess', { 'x-alpenglow-origin': 'guess' }],
  ['with the secret and something more', { 'x-alpenglow-origin': `${ORIGIN_SECRET}x` }],
  ['with a token', bearer()],
])('past CloudFront, %s, nobody learns what exists', async (how, headers) => {
  const name = how.replaceAll(/[ ,]/g, '-');
  await publish({ name, arch: 'noarch' });
  const path = `/acme/v3.22/main/x86_64/${name}-1.0-r0.apk`;
  const [there, absent] = [await ask(path, headers), await ask('/acme/v3.22/main/x86_64/no-1.apk', headers)];
  expect([there.status, absent.status]).toEqual([404, 404]);
  expect((await problemIn(there)).code).toBe((await problemIn(absent)).code);
  expect((await ask('/acme/key', headers)).status).toBe(404);
  expect((await ask('/acme/key', headers, 'POST')).status).toBe(404);
});

test('with an empty secret nobody passes for CloudFront', async () => {
  const app = api.with({ originSecret: '' });
  for (const secret of ['', ' ', 'undefined']) {
    const response = await app.request('/acme/key', { headers: { 'x-alpenglow-origin': secret } });
    expect(response.status).toBe(404);
  }
});
