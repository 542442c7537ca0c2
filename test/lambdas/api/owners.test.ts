import { type ApiUnderTest, bearer, CI_TOKEN, jsonIn, problemIn, startApi, TOKEN } from './api-under-test.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const say = (place: string, body: unknown, headers: Record<string, string> = bearer()) =>
  api.app.request(`/api/owners/${place}`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const ask = (place: string, token = TOKEN) =>
  api.app.request(`/api/owners/${place}`, { headers: bearer(token) });
const readers = async () => Object.fromEntries(await api.dependencies.readers.list());

test('an owner that nothing was said of is as all are by default', async () => {
  const answer = await ask('fresh');
  expect([answer.status, await jsonIn(answer)]).toEqual([200, { owner: 'fresh', visibility: 'private' }]);
  expect(await readers()).not.toHaveProperty('v/fresh');
});

test('an owner is made public and private again, in the table and for the readers', async () => {
  for (const visibility of ['public', 'private']) {
    const answer = await say('Acme', { visibility });
    expect([answer.status, await jsonIn(answer)]).toEqual([200, { owner: 'acme', visibility }]);
    expect(await jsonIn(await ask('acme'))).toEqual({ owner: 'acme', visibility });
    expect(await readers()).toMatchObject({ 'v/acme': visibility });
  }
});

test('a repository says otherwise than its owner, until it inherits again', async () => {
  await say('mixed', { visibility: 'public' });
  const repository = { owner: 'mixed', branch: 'v3.22', repository: 'main' };
  const asked = async () => jsonIn(await ask('mixed/v3.22/main'));
  expect(await asked()).toEqual({ ...repository, visibility: 'inherit', effective: 'public' });
  await say('mixed/v3.22/main', { visibility: 'private' });
  expect(await asked()).toEqual({ ...repository, visibility: 'private', effective: 'private' });
  expect(await readers()).toMatchObject({ 'v/mixed': 'public', 'v/mixed/v3.22/main': 'private' });
  await say('mixed/v3.22/main', { visibility: 'inherit' });
  expect(await asked()).toEqual({ ...repository, visibility: 'inherit', effective: 'public' });
  expect(await readers()).not.toHaveProperty('v/mixed/v3.22/main');
});

test.each(['inherit', 'Public', '', null, true, ['public']])(
  'an owner is not made %j',
  async (visibility) => {
    const answer = await say('acme', { visibility });
    expect(answer.status).toBe(400);
    expect(await problemIn(answer)).toMatchObject({
      code: 'bad-json',
      detail: expect.stringContaining('visibility'),
    });
  },
);

test.each([
  ['another member', { visibility: 'public', until: 'tomorrow' }, 'until'],
  ['no member', {}, 'visibility'],
  ['a list', [], 'body'],
  ['no JSON', '{visibility: public}', 'JSON'],
  ['nothing', '', 'JSON'],
  ['a member of every object', '{"visibility":"public","__proto__":{"a":1}}', '__proto__'],
])('a body with %s is refused, in words', async (_what, body, word) => {
  const answer = await say('acme', body);
  expect(answer.status).toBe(400);
  expect((await problemIn(answer)).detail).toContain(word);
});

test('a body that is larger than any state is not read', async () => {
  expect((await say('acme', `{"visibility":"${'x'.repeat(20_000)}"}`)).status).toBe(413);
});

test.each(['acme', 'acme/v3.22/main'])('%s is administered by its owner alone', async (place) => {
  for (const answer of [
    await say(place, {}, { Authorization: '' }),
    await api.app.request(`/api/owners/${place}`),
  ])
    expect(answer.status).toBe(401);
  expect((await say(place, '{', bearer(CI_TOKEN))).status).toBe(403);
  expect((await ask(place, CI_TOKEN)).status).toBe(403);
});

test('who administers one repository does not open it to all', async () => {
  const app = api.with({
    credentials: {
      find: async () => ({ name: 'main', grants: [{ allow: ['admin'], on: 'acme/v3.22/main' }] }),
    },
  });
  const answer = await app.request('/api/owners/acme/v3.22/main', {
    method: 'PUT',
    headers: { ...bearer('any'), 'Content-Type': 'application/json' },
    body: '{"visibility":"public"}',
  });
  expect(answer.status).toBe(403);
});

test.each(['_reserved', 'api', 'a b', 'acme/.hidden/main', 'acme/v3.22/a%2Fb'])(
  '%s is no name of an owner or a repository',
  async (place) => {
    expect((await say(place, { visibility: 'public' })).status).toBe(400);
    expect((await ask(place)).status).toBe(400);
  },
);

test.each(['DELETE', 'POST', 'PATCH'])('%s is no method of an owner', async (method) => {
  for (const place of ['acme', 'acme/v3.22/main']) {
    const answer = await api.app.request(`/api/owners/${place}`, { method, headers: bearer() });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, PUT']);
  }
});
