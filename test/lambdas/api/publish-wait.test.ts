import { buildPackage } from '#test/support/build-package.ts';
import { wrapping } from '#test/support/interrupted.ts';
import { type ApiUnderTest, problemIn, put, startApi } from './api-under-test.ts';

const MAIN = '/api/packages/acme/alpine/v3.22/main';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

test('a publish that waits answers when apk sees the package', async () => {
  const file = await buildPackage({ name: 'awaited', arch: 'noarch' });
  const response = await api.app.request(`${MAIN}?wait=20`, put(file));
  expect(response.status).toBe(201);
  expect(await response.json()).toMatchObject({ indexed: true });
});

test('a publish that waits in vain is published all the same', async () => {
  const response = await api.app.request(`${MAIN}?wait=0`, put(await buildPackage({ name: 'hasty' })));
  expect(response.status).toBe(201);
  expect(await response.json()).toMatchObject({ indexed: expect.any(Boolean) });
});

test('a publish that took its time waits no longer than an HTTP API does', async () => {
  let now = Date.now();
  const { packages } = api.dependencies;
  const slow = wrapping(packages, 'put', async (call) => {
    now += 26_000;
    return call();
  });
  const asked: number[] = [];
  const empty = wrapping(slow, 'get', async () => {
    asked.push(now);
    now += 500;
    return undefined;
  });
  const app = api.with({ packages: empty, clock: () => now });
  const startedAt = now;
  const response = await app.request(`${MAIN}?wait=25`, put(await buildPackage({ name: 'slow' })));
  expect(await response.json()).toMatchObject({ indexed: false });
  expect(asked).not.toHaveLength(0);
  expect(now - startedAt).toBeLessThan(29_000);
});

test('an index that cannot be read does not make a publish fail', async () => {
  const { packages } = api.dependencies;
  const garbled = wrapping(packages, 'get', async () => ({ body: Buffer.from('garbled'), etag: '"1"' }));
  const app = api.with({ packages: garbled });
  const response = await app.request(`${MAIN}?wait=5`, put(await buildPackage({ name: 'unlucky' })));
  expect(response.status).toBe(201);
  expect(await response.json()).toMatchObject({ indexed: false });
  expect(api.logged).toHaveLength(1);
});

test.each(['', '-1', '26', '25.5', '1e1', '0x10', 'soon', '1 2', '1'.repeat(100), 'NaN', '٣'])(
  'wait=%s is refused before the file is looked at',
  async (wait) => {
    const response = await api.app.request(`${MAIN}?wait=${encodeURIComponent(wait)}`, put('no package'));
    expect(response.status).toBe(400);
    expect(await problemIn(response)).toMatchObject({ code: 'bad-wait' });
  },
);
