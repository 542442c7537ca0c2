import { Hono } from 'hono';
import { problemOf } from '#lambdas/api/problem.ts';
import { RegistryError } from '#registry/registry-error.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { wrapping } from '#test/support/interrupted.ts';
import { type ApiUnderTest, bearer, problemIn, put, startApi, throughCdn } from './api-under-test.ts';

const MAIN = '/api/packages/acme/alpine/v3.22/main';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

test('the health of a registry that is up is ok', async () => {
  const response = await api.app.request('/api/health');
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status: 'ok' });
  expect(response.headers.get('cache-control')).toBe('no-store');
});

test.each([
  ['POST', '/api/health', 'GET, HEAD'],
  ['POST', MAIN, 'PUT'],
  ['GET', MAIN, 'PUT'],
  ['PUT', '/api/packages/acme/alpine/key', 'GET, HEAD'],
  ['PUT', `${MAIN}/x86_64/foo-1.0-r0.apk`, 'GET, HEAD, DELETE'],
  ['PUT', '/v2/packages/organizations/acme/registries/tools/packages', 'POST'],
  ['OPTIONS', '/v2/packages/organizations/acme/registries/tools/packages', 'POST'],
  ['DELETE', '/acme/key', 'GET, HEAD'],
  ['POST', '/acme/tools/rsakey', 'GET, HEAD'],
  ['DELETE', '/acme/v3.22/main/x86_64/foo-1.0-r0.apk', 'GET, HEAD'],
])('%s %s is a 405 that names the methods it takes', async (method, path, allow) => {
  const response = await api.app.request(path, { method, headers: { ...bearer(), ...throughCdn } });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe(allow);
  expect(await problemIn(response)).toMatchObject({ code: 'method-not-allowed' });
});

test.each([
  ['GET', '/'],
  ['GET', '/api'],
  ['GET', '/api/health/'],
  ['PUT', `${MAIN}/`],
  ['PUT', '/api/packages/acme/debian/v3.22/main'],
  ['PUT', '/api/packages//alpine/v3.22/main'],
  ['PUT', '/api/packages/acme/alpine/v3.22/../main'],
  ['PUT', '/api/packages/acme/alpine/v3.22/%2e%2e/main'],
  ['GET', `${MAIN}/x86_64/foo-1.0-r0.apk`],
  ['GET', '/wp-login.php'],
  ['GET', `/${'a'.repeat(200)}`],
  ['PUT', '/api/a/b/c/d'],
  ['GET', '/v2/key'],
  ['GET', '/<script>alert(1)</script>'],
  ['PATCH', '/a/b/c/d/e/f/g/h/i/j'],
])('there is nothing at %s %s: 404', async (method, path) => {
  const response = await api.app.request(path, { method, headers: { ...bearer(), ...throughCdn } });
  expect(response.status).toBe(404);
  const { code, detail } = await problemIn(response);
  expect(code).toBe('no-such-path');
  expect(detail.length).toBeLessThan(400);
});

test('segments of 10,000 characters are refused like others, and repeated short', async () => {
  const long = 'a'.repeat(10_000);
  const paths = [`/${long}`, `/${long}/key`, `/${long}/${long}/${long}/${long}/${long}`];
  for (const path of paths) {
    const response = await api.app.request(path, { headers: throughCdn });
    expect(response.status).toBe(404);
    expect((await problemIn(response)).detail.length).toBeLessThan(400);
  }
  const response = await api.app.request(`${MAIN}/${long}/${long}`, { method: 'DELETE', headers: bearer() });
  expect(response.status).toBe(404);
  expect((await problemIn(response)).detail.length).toBeLessThan(400);
});

test.each(['%', '%z', '%2', '%ff', '%c3%28', '%ED%A0%80', '100%'])(
  'a path with %s in it is a 400, not a 500',
  async (segment) => {
    for (const path of [`/${segment}`, `${MAIN}/x86_64/${segment}`, `/acme/v3.22/main/x86_64/${segment}`]) {
      const response = await api.app.request(path, { method: 'GET', headers: throughCdn });
      expect(response.status).toBe(400);
      expect(await problemIn(response)).toMatchObject({ code: 'bad-path' });
    }
  },
);

test('an error that no client caused is a 500 that is logged and tells nothing of its inside', async () => {
  const before = api.logged.length;
  const broken = wrapping(api.dependencies.records, 'claim', async () => {
    throw new Error('table alpenglow-prod at 10.0.0.1 is gone');
  });
  const app = api.with({ records: broken });
  const response = await app.request(MAIN, put(await buildPackage({ name: 'unlucky' })));
  expect(response.status).toBe(500);
  const { detail } = await problemIn(response);
  expect(detail).not.toContain('alpenglow-prod');
  expect(api.logged.slice(before)).toEqual([
    expect.objectContaining({ message: expect.stringContaining('10.0') }),
  ]);
});

test('a key that cannot be read is a 500, whatever is asked of it', async () => {
  const response = await api.with({ signers: [] }).request('/api/packages/acme/alpine/key');
  expect(response.status).toBe(500);
  await problemIn(response);
});

test('HEAD of an error has its status and no body', async () => {
  const response = await api.app.request('/nothing', { method: 'HEAD' });
  expect(response.status).toBe(404);
  expect(await response.text()).toBe('');
});

test.each([
  ['claim-lost', 409, '1'],
  ['being-published', 409, '60'],
  ['being-deleted', 409, '15'],
  ['index-contended', 503, '5'],
] as const)('%s is a %d', async (code, status, retryAfter) => {
  const app = new Hono();
  app.get('/', (context) => {
    const { problem, headers } = problemOf(new RegistryError(code, 'It went so.'));
    return context.body(JSON.stringify(problem), problem.status, headers);
  });
  const response = await app.request('/');
  expect(response.status).toBe(status);
  expect(response.headers.get('retry-after')).toBe(retryAfter);
  expect(await response.json()).toMatchObject({ code, detail: 'It went so.' });
});
