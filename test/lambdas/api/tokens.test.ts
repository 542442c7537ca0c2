import { buildPackage } from '#test/support/build-package.ts';
import { bearer, jsonIn, put } from './api-under-test.ts';
import { type CreatedToken, DAY, startTokenApi, type TokenApi } from './tokens-under-test.ts';

let api: TokenApi;
beforeAll(async () => {
  api = await startTokenApi();
});
afterAll(() => api.close());

test('a new token is shown once, with what it may do and until when', async () => {
  const response = await api.post({
    name: 'ci of acme',
    rights: [{ allow: ['read', 'publish'], on: 'acme/v3.22/main' }],
    expires_in_days: 30,
  });
  expect(response.status).toBe(201);
  expect(response.headers.get('cache-control')).toBe('no-store');
  const created = await jsonIn<CreatedToken>(response);
  expect(created).toEqual({
    id: expect.stringMatching(/^[a-z0-9]{16}$/),
    token: expect.stringMatching(/^alp_[a-z0-9]{16}_[A-Za-z0-9_-]{43}$/),
    name: 'ci of acme',
    rights: [{ allow: ['read', 'publish'], on: 'acme/v3.22/main' }],
    expires_at: new Date(api.ports.clock() + 30 * DAY * 1000).toISOString(),
  });
  expect(created.token.split('_')[1]).toBe(created.id);
});

test('a new token does at once what it is for, and nothing else', async () => {
  const { token } = await api.create([{ allow: ['delete'], on: 'acme/v3.22/main' }]);
  expect(await api.statusOfDelete(token)).toBe(404);
  expect(await api.statusOfDelete(token, 'acme/v3.22/community')).toBe(403);
  expect(await api.statusOfDelete(token, 'other/v3.22/main')).toBe(403);
  const publish = await api.app.request('/api/packages/acme/alpine/v3.22/main', {
    method: 'PUT',
    headers: bearer(token),
    body: 'no package',
  });
  expect(publish.status).toBe(403);
});

test('what is published with it says who it was, by name and id', async () => {
  const { id, token } = await api.create([{ allow: ['publish'], on: 'acme' }], { name: 'Jörg’s laptop' });
  const path = '/api/packages/acme/alpine/v3.22/main';
  const response = await api.app.request(
    path,
    put(await buildPackage({ name: 'signed-off' }), bearer(token)),
  );
  expect(response.status).toBe(201);
  const index = { owner: 'acme', branch: 'v3.22', repository: 'main', arch: 'x86_64' };
  const [record] = await api.ports.records.list(index);
  expect(record?.publishedBy).toBe(`Jörg’s laptop (alp_${id})`);
});

test('the list tells everything of a token but the token', async () => {
  const before = api.ports.clock();
  const { id, token } = await api.create([{ allow: ['delete'], on: 'listed' }], { expires_in_days: 1 });
  const listed = async () => (await api.list()).find((each) => each.id === id);
  expect(await listed()).toEqual({
    id,
    name: 'ci',
    rights: [{ allow: ['delete'], on: 'listed' }],
    expires_at: new Date(before + DAY * 1000).toISOString(),
    created_at: new Date(before).toISOString(),
    created_by: expect.stringMatching(/^first \(alp_[a-z0-9]{16}\)$/),
    last_used_on: null,
  });
  expect(await api.statusOfDelete(token, 'listed/a/b')).toBe(404);
  expect(await listed()).toMatchObject({ last_used_on: '2026-03-01' });
});

test('a revoked token is nobody from the next request on', async () => {
  const { id, token } = await api.create([{ allow: ['delete'], on: 'acme' }]);
  expect(await api.statusOfDelete(token)).toBe(404);
  expect((await api.revoke(id)).status).toBe(204);
  expect(await api.statusOfDelete(token)).toBe(401);
  expect((await api.list()).map((each) => each.id)).not.toContain(id);
  expect((await api.revoke(id)).status).toBe(404);
});

test('a token can end itself, whatever else it may do', async () => {
  const { id, token } = await api.create([{ allow: ['publish'], on: 'acme' }]);
  expect((await api.revoke(id, token)).status).toBe(204);
  expect((await api.revoke(id, token)).status).toBe(401);
});

test('a name of a place may be written in capitals, a right or a place twice', async () => {
  const { rights } = await api.create([
    { allow: ['publish', 'read', 'publish'], on: 'ACME' },
    { allow: ['read', 'delete'], on: 'acme' },
  ]);
  expect(rights).toEqual([{ allow: ['read', 'publish', 'delete'], on: 'acme' }]);
});

test('a token lasts 90 days if nothing is said, and for ever if that is asked for', async () => {
  const rights = [{ allow: ['read' as const], on: 'acme' }];
  const { expires_at } = await api.create(rights);
  expect(expires_at).toBe(new Date(api.ports.clock() + 90 * DAY * 1000).toISOString());
  expect((await api.create(rights, { expires_in_days: null })).expires_at).toBeNull();
  expect((await api.create(rights, { expires_in_days: 3650 })).expires_at).not.toBeNull();
});

test.each([
  ['PUT', '/api/tokens', 'GET, HEAD, POST'],
  ['DELETE', '/api/tokens', 'GET, HEAD, POST'],
  ['GET', '/api/tokens/abcdefghijklmnop', 'DELETE'],
  ['PATCH', '/api/tokens/abcdefghijklmnop', 'DELETE'],
])('%s %s is a 405 that names the methods it takes', async (method, path, allow) => {
  const response = await api.app.request(path, { method, headers: bearer(api.admin) });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe(allow);
});

test.each([
  ['POST', '/api/tokens'],
  ['GET', '/api/tokens'],
  ['DELETE', '/api/tokens/abcdefghijklmnop'],
])('%s %s is a 401 for a stranger, whatever the body', async (method, path) => {
  const init = { method, ...(method === 'POST' && { body: 'x'.repeat(100_000) }) };
  const response = await api.app.request(path, init);
  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toBe('Basic realm="Alpenglow"');
});
