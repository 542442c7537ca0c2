import { problemIn } from './api-under-test.ts';
import { startTokenApi, type TokenApi } from './tokens-under-test.ts';

let api: TokenApi;
beforeAll(async () => {
  api = await startTokenApi();
});
afterAll(() => api.close());

/** Whether a text has characters that do something to a terminal, or are not seen. */
const hasControls = (text: string) => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text);

const RIGHTS = [{ allow: ['read'], on: 'acme' }];
const asked = (changes: object) => ({ name: 'ci', rights: RIGHTS, ...changes });
const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

test.each<[string, unknown, string]>([
  ['nothing', '', 'not JSON'],
  ['half of it', '{"name":"ci"', 'not JSON'],
  ['a list', [], 'The body'],
  ['null', 'null', 'The body'],
  ['a string', '"ci"', 'The body'],
  ['no name', { rights: RIGHTS }, 'name'],
  ['a name that is a number', asked({ name: 1 }), 'name'],
  ['a name that is null', asked({ name: null }), 'name'],
  ['no rights', { name: 'ci' }, 'rights'],
  ['rights that look like a list', asked({ rights: { 0: RIGHTS[0], length: 1 } }), 'rights'],
  ['an entry that is null', asked({ rights: [null] }), 'rights[0]'],
  ['an entry without a place', asked({ rights: [{ allow: ['read'] }] }), 'rights[0].on'],
  ['a place that is a list', asked({ rights: [{ allow: ['read'], on: ['acme'] }] }), 'rights[0].on'],
  ['one right, not in a list', asked({ rights: [{ allow: 'read', on: 'acme' }] }), 'rights[0].allow'],
  ['an unknown right', asked({ rights: [...RIGHTS, { allow: ['write'], on: 'a' }] }), 'rights[1].allow[0]'],
  ['a right of every object', asked({ rights: [{ allow: ['constructor'], on: 'a' }] }), 'rights[0].allow[0]'],
  ['days that are text', asked({ expires_in_days: '30' }), 'expires_in_days'],
  ['days without an end', '{"name":"ci","rights":[],"expires_in_days":1e999}', 'expires_in_days'],
  ['a member that means nothing', asked({ expires: 30 }), '"expires"'],
  ['one in an entry', asked({ rights: [{ ...RIGHTS[0], deny: [] }] }), 'rights[0] has a member "deny"'],
  ['a prototype', '{"__proto__":{"name":"ci"},"name":"ci","rights":[]}', '"__proto__"'],
  ['a constructor', asked({ constructor: { prototype: {} } }), '"constructor"'],
  ['a kind', asked({ kind: 'bootstrap' }), '"kind"'],
  ['8,000 lists in each other', deep(8000), 'The body'],
  ['8,000 lists in each other for a name', `{"name":${deep(8000)},"rights":[]}`, 'name'],
])('%s is a 400 that says where: bad-json', async (_what, body, where) => {
  const response = await api.post(body);
  expect(response.status).toBe(400);
  const { code, detail } = await problemIn(response);
  expect(code).toBe('bad-json');
  expect(detail).toContain(where);
  expect(detail.length).toBeLessThan(600);
});

test.each<[string, object, string]>([
  ['an empty name', { name: '' }, 'bad-token-name'],
  ['a name of a space', { name: ' ' }, 'bad-token-name'],
  ['a name with a space at its end', { name: 'ci ' }, 'bad-token-name'],
  ['a name of 65 characters', { name: 'x'.repeat(65) }, 'bad-token-name'],
  ['a name of 10,000 characters', { name: 'x'.repeat(10_000) }, 'bad-token-name'],
  ['a name with a line end', { name: 'ci\nroot' }, 'bad-token-name'],
  ['a name with an escape', { name: 'ci\u001b[2J' }, 'bad-token-name'],
  ['a name with a C1 control', { name: 'ci\u009b2J' }, 'bad-token-name'],
  ['a name that is turned around', { name: 'ci\u202egpj' }, 'bad-token-name'],
  ['a name with a character that is not seen', { name: 'c\u200bi' }, 'bad-token-name'],
  ['a name with half a character', { name: 'ci\ud83d' }, 'bad-token-name'],
  ['a name with a line separator', { name: 'ci\u2028root' }, 'bad-token-name'],
  ['rights in no place', { rights: [] }, 'bad-rights'],
  ['no right in a place', { rights: [{ allow: [], on: 'acme' }] }, 'bad-rights'],
  ['rights in 21 places', { rights: Array.from({ length: 21 }, () => RIGHTS[0]) }, 'bad-rights'],
  ['no days', { expires_in_days: 0 }, 'bad-expiry'],
  ['days of the past', { expires_in_days: -1 }, 'bad-expiry'],
  ['half a day', { expires_in_days: 0.5 }, 'bad-expiry'],
  ['more than ten years', { expires_in_days: 3651 }, 'bad-expiry'],
  ['1e300 days', { expires_in_days: 1e300 }, 'bad-expiry'],
])('%s is a 400: %s', async (_what, changes, code) => {
  const response = await api.post(asked(changes));
  expect(response.status).toBe(400);
  const problem = await problemIn(response);
  expect(problem.code).toBe(code);
  expect(hasControls(problem.detail)).toBe(false);
  expect(problem.detail.length).toBeLessThan(400);
});

test.each([
  ['', 'bad-owner'],
  ['/', 'bad-owner'],
  ['..', 'bad-owner'],
  ['../acme', 'bad-owner'],
  ['acme/../other', 'bad-branch'],
  ['acme/v3.22/..', 'bad-repository'],
  ['acme/v3.22/main/x86_64', 'bad-place'],
  ['acme/v3.22/main/../../../other', 'bad-place'],
  ['acme\\..\\other', 'bad-owner'],
  ['acme%2fother', 'bad-owner'],
  ['acme\u0000', 'bad-owner'],
  ['аcme', 'bad-owner'],
  ['ac*', 'bad-owner'],
  ['**', 'bad-owner'],
  ['*/*/*/*', 'bad-place'],
  ['acme/*main', 'bad-branch'],
  ['api', 'reserved-owner'],
  ['_alpenglow', 'reserved-owner'],
  ['__proto__', 'reserved-owner'],
  ['x'.repeat(65), 'bad-owner'],
  ['a/'.repeat(4000), 'bad-place'],
])('the place %p is a 400: %s', async (on, code) => {
  const response = await api.post(asked({ rights: [{ allow: ['read'], on }] }));
  expect(response.status).toBe(400);
  const problem = await problemIn(response);
  expect(problem.code).toBe(code);
  expect(hasControls(problem.detail)).toBe(false);
  expect(problem.detail.length).toBeLessThan(400);
});

test.each(['*', '*/*', '*/*/*', 'acme/*', 'acme/*/main', '*/v3.22', '*/v3.22/main'])(
  'who may do everything gives rights in %s',
  async (on) => {
    const { rights } = await api.create([{ allow: ['read'], on }]);
    expect(rights).toEqual([{ allow: ['read'], on }]);
  },
);

test.each([
  'x',
  'x'.repeat(64),
  '𝒳'.repeat(64),
  'Größe ☃ 東京',
  'ci  (alp_aaaaaaaaaaaaaaaa)',
  '<script>alert(1)</script>',
  "'; DROP TABLE tokens; --",
  '__proto__',
  'constructor',
])('the name %p is taken as it is', async (name) => {
  const { id } = await api.create([{ allow: ['read'], on: 'acme' }], { name });
  expect((await api.list()).find((token) => token.id === id)?.name).toBe(name);
});

test('of a member that is there twice the last one counts, and is checked like any other', async () => {
  const twice = '{"name":"one","name":"two","rights":[{"allow":["read"],"on":"acme"}]}';
  expect(await (await api.post(twice)).json()).toMatchObject({ name: 'two' });
  const hidden = '{"name":"ok","rights":[{"allow":["read"],"on":"acme","on":"_x"}]}';
  expect(await problemIn(await api.post(hidden))).toMatchObject({ code: 'reserved-owner' });
});

test('more than 16 KiB are a 413, and not read to their end', async () => {
  const response = await api.post(asked({ name: 'x'.repeat(16 * 1024) }));
  expect(response.status).toBe(413);
  expect((await problemIn(response)).detail).toContain('16384 bytes');
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1024;
      controller.enqueue(new Uint8Array(1024).fill(32));
    },
  });
  const request = { method: 'POST', body: endless, duplex: 'half' } as RequestInit;
  const headers = { Authorization: `Bearer ${api.admin}`, 'Content-Type': 'application/json' };
  expect((await api.app.request('/api/tokens', { ...request, headers })).status).toBe(413);
  expect(sent).toBeLessThan(64 * 1024);
});

test('bytes that are not UTF-8 are a 400', async () => {
  const body = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff]), Buffer.from('","rights":[]}')]);
  const headers = { Authorization: `Bearer ${api.admin}`, 'Content-Type': 'application/json' };
  const response = await api.app.request('/api/tokens', { method: 'POST', headers, body });
  expect(await problemIn(response)).toMatchObject({ status: 400, detail: 'The body is not UTF-8.' });
});

test.each(['application/x-www-form-urlencoded', 'text/plain', 'application/jsonp', 'multipart/form-data'])(
  'what is sent as %s, as a form of another site could, is a 400 that names --json',
  async (type) => {
    const response = await api.post(asked({}), api.admin, { 'Content-Type': type });
    expect(response.status).toBe(400);
    expect((await problemIn(response)).detail).toContain('--json');
  },
);

test.each(['application/json; charset=utf-8', 'Application/JSON'])('%s is JSON', async (type) => {
  expect((await api.post(asked({}), api.admin, { 'Content-Type': type })).status).toBe(201);
});

test.each([
  'aaaaaaaaaaaaaaaa',
  'bootstrap',
  'TOKENS',
  'AAAAAAAAAAAAAAAA',
  'aaaaaaaaaaaaaaa',
  '__proto__',
  '%00',
  'a%2Fb',
  '*',
  'x'.repeat(5000),
])('there is no token with the id %p: 404', async (id) => {
  const response = await api.revoke(id);
  expect(response.status).toBe(404);
  expect(await problemIn(response)).toMatchObject({ code: 'not-found' });
});

test('a token that reads in more places than CloudFront can be told is refused, and not made', async () => {
  const before = (await api.list()).length;
  const rights = Array.from({ length: 20 }, (_, i) => ({ allow: ['read'], on: `${'o'.repeat(60)}${i}` }));
  const response = await api.post(asked({ rights }));
  expect(await problemIn(response)).toMatchObject({ status: 400, code: 'too-many-places' });
  expect(await api.list()).toHaveLength(before);
});
