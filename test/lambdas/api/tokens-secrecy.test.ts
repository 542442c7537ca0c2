import { inspect } from 'node:util';
import { wrapping } from '#test/support/interrupted.ts';
import { silentObserver } from '#test/support/registry-ports.ts';
import { basic, bearer } from './api-under-test.ts';
import { startTokenApi, type TokenApi } from './tokens-under-test.ts';

let api: TokenApi;
beforeAll(async () => {
  api = await startTokenApi();
});
afterAll(() => api.close());

/** Everything that was sent back. */
const answersOf = async (requests: (Response | Promise<Response>)[]) =>
  Promise.all(
    (await Promise.all(requests)).map(
      async (response) => `${inspect([...response.headers])}${await response.text()}`,
    ),
  );

test('no answer but the 201 has the token, or what is kept of it', async () => {
  const { id, token } = await api.create([{ allow: ['publish'], on: 'acme' }]);
  const stored = await api.ports.tokens.find(id);
  const answers = await answersOf([
    api.app.request('/api/tokens', { headers: bearer(api.admin) }),
    api.app.request('/api/tokens', { headers: bearer(token) }),
    api.post({ name: 'x', rights: [{ allow: ['admin'], on: 'acme' }] }, token),
    api.post('not json', token),
    api.revoke(token),
    api.revoke(token, token),
    api.app.request('/api/packages/a/alpine/b/c', { method: 'PUT', headers: bearer(token) }),
    api.app.request('/acme/key', { headers: bearer(token) }),
    api.revoke(id),
    api.app.request('/api/tokens', { headers: bearer(token) }),
  ]);
  expect(answers).toHaveLength(10);
  for (const answer of answers) {
    expect(answer).not.toContain(token.slice(-43));
    expect(answer).not.toContain(stored?.sha256);
    expect(answer).not.toContain(api.admin.slice(-43));
  }
});

test('no log has the token, whatever fails', async () => {
  const { id, token } = await api.create([{ allow: ['admin', 'delete'], on: 'acme' }]);
  const logged: unknown[] = [];
  const fails = async () => {
    throw new Error('table alpenglow is gone');
  };
  const statuses = [];
  for (const method of ['find', 'list', 'add', 'remove', 'use'] as const) {
    const app = api.with({
      tokens: wrapping(api.ports.tokens, method, fails),
      observer: { ...silentObserver, failed: (error) => logged.push(error) },
    });
    const headers = { ...bearer(token), 'Content-Type': 'application/json' };
    const body = JSON.stringify({ name: 'x', rights: [{ allow: ['delete'], on: 'acme' }] });
    for (const [verb, path] of [
      ['POST', '/api/tokens'],
      ['GET', '/api/tokens'],
      ['DELETE', `/api/tokens/${id}`],
    ] as const) {
      const response = await app.request(path, { method: verb, headers, ...(verb === 'POST' && { body }) });
      statuses.push(response.status);
      if (response.status !== 201) expect(await response.text()).not.toContain('table alpenglow');
    }
  }
  expect(statuses).toContain(500);
  expect(logged.length).toBeGreaterThan(3);
  expect(inspect(logged, { depth: 10, showHidden: true })).not.toContain(token.slice(-43));
});

test('what the table and the readers keep is no token', async () => {
  const { id, token } = await api.create([{ allow: ['read'], on: 'acme' }]);
  const kept = JSON.stringify([await api.ports.tokens.list(), [...(await api.ports.readers.list())]]);
  expect(kept).toContain(id);
  expect(kept).not.toContain(token.slice(-43));
});

test('whatever is wrong with a token, its holder is told the same', async () => {
  const { id } = await api.create([{ allow: ['admin', 'delete'], on: 'acme' }]);
  const revoked = await api.create([{ allow: ['delete'], on: 'acme' }]);
  await api.revoke(revoked.id);
  const old = await api.create([{ allow: ['delete'], on: 'acme' }], { expires_in_days: 1 });
  api.pass(24 * 60 * 60);
  const wrong = `alp_${id}_${'A'.repeat(43)}`;
  const headers = [
    ...[wrong, revoked.token, old.token, `${api.admin}x`, 'bootstrap', 'alp_', 'x'].map(bearer),
    basic(`someone:${wrong}`),
    basic(`${wrong}:`),
  ];
  const answers = await answersOf(headers.map((each) => api.app.request('/api/tokens', { headers: each })));
  expect(answers).toHaveLength(9);
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toContain('"status":401');
});
