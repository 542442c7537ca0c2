import { eitherCredentials } from '#registry/either-credentials.ts';
import { tokenCredentials } from '#registry/token-credentials.ts';
import { idOfToken } from '#registry/token-text.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { LocalIssuer } from '#test/support/local-issuer.ts';
import { type ApiUnderTest, bearer, jsonIn, problemIn, put, startApi, TOKEN } from './api-under-test.ts';
import { localPolicy, localToken, makePolicy, postJson } from './trust-under-test.ts';

const EXCHANGE = '/api/token-exchange';
const MAIN = '/api/packages/acme/alpine/v3.22/main';
const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
const JWT = 'urn:ietf:params:oauth:token-type:jwt';

let api: ApiUnderTest;
let issuer: LocalIssuer;
beforeAll(async () => {
  [api, issuer] = await Promise.all([startApi(), LocalIssuer.start()]);
  const { credentials } = api.dependencies;
  api.app = api.with({ credentials: eitherCredentials(credentials, tokenCredentials(api.dependencies)) });
  await makePolicy(api, localPolicy(issuer, { max_life_seconds: 1200 }));
});
afterAll(() => Promise.all([api.close(), issuer.close()]));

const byBearer = (jwt: string): RequestInit => ({ method: 'POST', headers: bearer(jwt) });
const byForm = (parameters: Record<string, string> | string[][]): RequestInit => ({
  method: 'POST',
  body: new URLSearchParams(parameters as Record<string, string>),
});
const rfc8693 = (jwt: string) => ({ grant_type: GRANT, subject_token: jwt, subject_token_type: JWT });
const exchange = (init: RequestInit) => api.app.request(EXCHANGE, init);

test.each<[string, (jwt: string) => RequestInit]>([
  ['as a bearer', byBearer],
  ['in a form', (jwt) => byForm(rfc8693(jwt))],
  ['in JSON', (jwt) => postJson(rfc8693(jwt), 'alp_not-looked-at')],
])('a token that comes %s is exchanged for one that publishes again and again', async (_how, requestWith) => {
  const before = Math.floor(Date.now() / 1000);
  const response = await exchange(requestWith(localToken(issuer)));
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-store');
  const answer = await jsonIn<{ access_token: string }>(response);
  expect(answer).toEqual({
    access_token: expect.stringMatching(/^alp_/),
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'Bearer',
    expires_in: 1200,
    rights: [{ allow: ['publish'], on: 'acme/v3.22/main' }],
  });
  const stored = await api.dependencies.tokens.find(idOfToken(answer.access_token));
  const { name, createdBy, expiresAt = 0 } = stored ?? {};
  expect(createdBy).toBe(name);
  expect(name).toBe(`oidc:${new URL(issuer.url).host}:job 1`);
  expect(expiresAt - before).toBeGreaterThanOrEqual(1200);
  expect(expiresAt - before).toBeLessThan(1210);
  for (const part of ['one', 'two']) {
    const body = await buildPackage({ name: `job-${stored?.id}-${part}` });
    expect((await api.app.request(MAIN, put(body, bearer(answer.access_token)))).status).toBe(201);
  }
});

test('a token is exchanged once, and is not good for anything afterwards', async () => {
  const jwt = localToken(issuer);
  const statuses = (await Promise.all([1, 2, 3].map(() => exchange(byBearer(jwt))))).map(
    (each) => each.status,
  );
  expect(statuses.sort()).toEqual([200, 401, 401]);
  const response = await api.app.request(MAIN, put(await buildPackage(), bearer(jwt)));
  expect(await problemIn(response)).toMatchObject({ code: 'token-used' });
});

test('where several policies fit, the shortest life counts', async () => {
  const own = await LocalIssuer.start();
  await makePolicy(api, localPolicy(own, { max_life_seconds: 3600 }));
  await makePolicy(api, localPolicy(own, { max_life_seconds: 60 }));
  const response = await exchange(byBearer(localToken(own)));
  expect(await response.json()).toMatchObject({ expires_in: 60 });
  await own.close();
});

test('a job that may make tokens makes none that last longer than one it would get in exchange', async () => {
  const own = await LocalIssuer.start();
  const rights = [{ allow: ['admin', 'publish'], on: 'acme' }];
  await makePolicy(api, localPolicy(own, { rights, max_life_seconds: 60 }));
  const jwt = localToken(own, own.times(0, 24 * 60 * 60));
  const response = await api.app.request('/api/tokens', postJson({ name: 'kept by the job', rights }, jwt));
  expect(response.status).toBe(201);
  const { expires_at } = await jsonIn<{ expires_at: string }>(response);
  expect(Date.parse(expires_at)).toBeLessThanOrEqual(Date.now() + 60_000);
  await own.close();
});

test.each<[string, () => RequestInit, number, string]>([
  ['no token', () => ({ method: 'POST' }), 401, 'unauthorized'],
  ['a token of the registry', () => byBearer(TOKEN), 401, 'unauthorized'],
  ['9 KiB', () => byForm(rfc8693(localToken(issuer, { padding: 'x'.repeat(6500) }))), 401, 'unauthorized'],
  ['a job that nobody trusts', () => byBearer(localToken(issuer, { project: 'x' })), 403, 'not-trusted'],
  ['another grant', () => byForm({ ...rfc8693('x.y.z'), grant_type: 'password' }), 400, 'bad-exchange'],
  [
    'another kind of token',
    () => byForm({ ...rfc8693('x.y.z'), subject_token_type: 'x' }),
    400,
    'bad-exchange',
  ],
  ['a wish for a scope', () => byForm({ ...rfc8693('x.y.z'), scope: 'admin' }), 400, 'bad-exchange'],
  [
    'two tokens',
    () => byForm([...Object.entries(rfc8693('x.y.z')), ['subject_token', localToken(issuer)]]),
    400,
    'bad-exchange',
  ],
  ['a form that is none', () => ({ method: 'POST', body: 'x'.repeat(100) }), 400, 'bad-exchange'],
  ['17 KiB', () => ({ method: 'POST', body: 'x'.repeat(17 * 1024) }), 413, 'too-large'],
  ['JSON without a token', () => postJson({ grant_type: GRANT }), 400, 'bad-json'],
])('an exchange of %s is refused', async (_what, request, status, code) => {
  const before = (await api.dependencies.tokens.list()).length;
  const response = await exchange(request());
  expect(response.status).toBe(status);
  expect(await problemIn(response)).toMatchObject({ code });
  expect(await api.dependencies.tokens.list()).toHaveLength(before);
});

test('whose policies count can be said, so that nobody else has a say in it', async () => {
  const claims = { project: 'shared' };
  const conditions = [{ claim: 'project', equals: 'shared' }];
  const policyOf = (owner: string, life: number) =>
    localPolicy(issuer, { conditions, max_life_seconds: life, rights: [{ allow: ['publish'], on: owner }] });
  await makePolicy(api, policyOf('acme', 1800));
  await makePolicy(api, policyOf('evil', 60));
  const ask = async (query: string) => {
    const response = await api.app.request(`${EXCHANGE}${query}`, byBearer(localToken(issuer, claims)));
    return { status: response.status, ...(await jsonIn<object>(response)) };
  };
  expect(await ask('?owner=Acme')).toMatchObject({
    expires_in: 1800,
    rights: [{ allow: ['publish'], on: 'acme' }],
  });
  expect(await ask('')).toMatchObject({ expires_in: 60 });
  expect(await ask('?owner=nobody')).toMatchObject({ status: 403, code: 'not-trusted' });
  expect(await ask('?owner=.x')).toMatchObject({ status: 400, code: 'bad-owner' });
});

test('while the issuer is down, its tokens are a 503 that says when to come back', async () => {
  const own = await LocalIssuer.start();
  await makePolicy(api, localPolicy(own));
  own.answer = (_, response) => response.writeHead(500).end();
  for (const path of [EXCHANGE, '/api/trust']) {
    const response = await api.app.request(path, byBearer(localToken(own)));
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('10');
    expect(await problemIn(response)).toMatchObject({ code: 'issuer-unavailable' });
  }
  await own.close();
});

test('an exchange is a POST', async () => {
  const response = await api.app.request(EXCHANGE, { headers: bearer() });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('POST');
});
