import { buildPackage } from '#test/support/build-package.ts';
import {
  type ApiUnderTest,
  bearer,
  CI_TOKEN,
  hasControls,
  problemIn,
  put,
  startApi,
} from './api-under-test.ts';

const MAIN = '/api/packages/acme/alpine/v3.22/main';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const remove = (path: string, headers: Record<string, string> = bearer()) =>
  api.app.request(path, { method: 'DELETE', headers });

test.each([
  ['plain', '1.0-r0', 'plain-1.0-r0.apk'],
  ['libstdc++', '13.2.1-r0', 'libstdc++-13.2.1-r0.apk'],
  ['libsupc++', '13.2.1-r0', 'libsupc%2B%2B-13.2.1-r0.apk'],
  ['hashed', '1.0~ab12-r0', 'hashed-1.0%7eab12-r0.apk'],
])('%s is deleted at …/%3$s, once', async (name, version, file) => {
  await api.app.request(MAIN, put(await buildPackage({ name, version })));
  const response = await remove(`${MAIN}/x86_64/${file}`);
  expect(response.status).toBe(204);
  expect(await response.text()).toBe('');
  const again = await remove(`${MAIN}/x86_64/${file}`);
  expect(again.status).toBe(404);
  expect(await problemIn(again)).toMatchObject({ code: 'not-found' });
});

test('a deleted file can be published again', async () => {
  await api.app.request(MAIN, put(await buildPackage({ name: 'again' })));
  await remove(`${MAIN}/x86_64/again-1.0-r0.apk`);
  const other = await buildPackage({ name: 'again', files: { 'etc/again': 'other' } });
  expect((await api.app.request(MAIN, put(other))).status).toBe(201);
});

test.each([
  'foo.apk',
  'foo-1.0-r0',
  'APKINDEX.tar.gz',
  '..%2Ffoo-1.0-r0.apk',
  'foo%2F-1.0-r0.apk',
  'foo-1.0-r0.apk%00',
  'foo-1.0-r0.apk%0A',
  'foo%252B-1.0-r0.apk',
  'never-1.0-r0.apk',
  `${'f'.repeat(200)}-1.0-r0.apk`,
])('%s is no published file: 404', async (file) => {
  const response = await remove(`${MAIN}/x86_64/${file}`);
  expect(response.status).toBe(404);
  const { code, detail } = await problemIn(response);
  expect(code).toBe('not-found');
  expect(hasControls(detail)).toBe(false);
  expect(detail.length).toBeLessThan(400);
});

test('the 404 for a file under the name it was uploaded with says what files are called', async () => {
  const { detail } = await problemIn(await remove(`${MAIN}/x86_64/my-build.apk`));
  expect(detail).toContain('{name}-{version}.apk');
});

test('a file of another architecture is not deleted', async () => {
  await api.app.request(MAIN, put(await buildPackage({ name: 'kept' })));
  expect((await remove(`${MAIN}/aarch64/kept-1.0-r0.apk`)).status).toBe(404);
  expect((await remove(`${MAIN}/x86-64/kept-1.0-r0.apk`)).status).toBe(404);
  expect((await remove(`${MAIN}/x86_64/kept-1.0-r0.apk`)).status).toBe(204);
});

test('who may only publish may not delete: 403, and the file stays', async () => {
  await api.app.request(MAIN, put(await buildPackage({ name: 'guarded' })));
  const response = await remove(`${MAIN}/x86_64/guarded-1.0-r0.apk`, bearer(CI_TOKEN));
  expect(response.status).toBe(403);
  await problemIn(response);
  expect((await remove(`${MAIN}/x86_64/guarded-1.0-r0.apk`)).status).toBe(204);
});
