import { createPublicKey } from 'node:crypto';
import { buildPackage } from '#test/support/build-package.ts';
import { LocalIssuer } from '#test/support/local-issuer.ts';
import { type ApiUnderTest, bearer, problemIn, put, startApi } from './api-under-test.ts';
import { AUDIENCE, localPolicy, localToken, makePolicy } from './trust-under-test.ts';

const MAIN = '/api/packages/acme/alpine/v3.22/main';

let api: ApiUnderTest;
let issuer: LocalIssuer;
let stranger: LocalIssuer;
beforeAll(async () => {
  [api, issuer, stranger] = await Promise.all([startApi(), LocalIssuer.start(), LocalIssuer.start()]);
  await makePolicy(api, localPolicy(issuer));
});
afterAll(() => Promise.all([api.close(), issuer.close(), stranger.close()]));

let count = 0;
const publish = async (token: string) =>
  api.app.request(MAIN, put(await buildPackage({ name: `package${count++}` }), bearer(token)));

/** The body of the 401 that every token gets that is not known. */
const unknown = async () => (await publish('alp_unknown')).text();

async function expectUnknown(token: string): Promise<void> {
  const response = await publish(token);
  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toBe('Basic realm="Alpenglow"');
  expect(await response.text()).toBe(await unknown());
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** The same token with another header, signed as it was. */
const withHeader = (token: string, header: object) => [part(header), ...token.split('.').slice(1)].join('.');
const pemOf = (jwk: object) =>
  createPublicKey({ key: jwk as never, format: 'jwk' }).export({ type: 'spki', format: 'pem' }) as string;

test('the token that all of these are made from is good', async () => {
  expect((await publish(localToken(issuer))).status).toBe(201);
});

const FORGED: Record<string, () => string> = {
  'with alg none and no signature': () => `${part({ alg: 'none' })}.${localToken(issuer).split('.')[1]}.`,
  'with alg none and a signature': () => withHeader(localToken(issuer), { alg: 'none' }),
  'with alg None': () => withHeader(localToken(issuer), { alg: 'None' }),
  'with no alg': () => localToken(issuer, {}, { alg: undefined }),
  'signed with the public key as a secret': () =>
    issuer.signWithSecret({ aud: AUDIENCE, project: 'tools' }, pemOf(issuer.publicJwk)),
  'signed by somebody else': () => localToken(stranger, { iss: issuer.url }),
  "signed by somebody else, with the issuer's kid": () =>
    localToken(stranger, { iss: issuer.url }, { kid: (issuer.publicJwk as { kid: string }).kid }),
  'that brings its key along': () =>
    localToken(stranger, { iss: issuer.url }, { jwk: stranger.publicJwk, kid: 'x' }),
  'that says where its key is': () => localToken(issuer, {}, { jku: stranger.jwksUri }),
  'that says where its certificate is': () => localToken(issuer, {}, { x5u: stranger.jwksUri }),
  'with extensions that nobody knows': () => localToken(issuer, {}, { crit: ['b64'], b64: false }),
  'with no kid': () => localToken(issuer, {}, { kid: undefined }),
  'with a kid of another issuer': () => localToken(issuer, {}, { kid: '../../etc/passwd' }),
  'of an issuer that nobody trusts': () => localToken(stranger),
  'whose issuer has a slash more': () => localToken(issuer, { iss: `${issuer.url}/` }),
  'whose issuer is no text': () => localToken(issuer, { iss: [issuer.url] }),
  'with a changed claim': () => {
    const [header, , signature] = localToken(issuer).split('.');
    return [header, part({ ...issuer.times(), iss: issuer.url, aud: AUDIENCE }), signature].join('.');
  },
  'with an empty signature': () => localToken(issuer).replace(/[^.]+$/, ''),
  'of four parts': () => `${localToken(issuer)}.x`,
};
test.each(Object.entries(FORGED))('a token %s is not known', (_what, make) => expectUnknown(make()));

const UNTIMELY: Record<string, () => object> = {
  'that expired an hour ago': () => issuer.times(-7200, 3600),
  'that expired 65 seconds ago': () => issuer.times(-365, 300),
  'that begins in an hour': () => issuer.times(3600),
  'that begins in 65 seconds': () => ({ nbf: issuer.times(65).nbf }),
  'that is of tomorrow': () => ({ iat: issuer.times(86_400).iat }),
  'that lasts for two days': () => issuer.times(0, 2 * 86_400),
  'that never expires': () => ({ exp: undefined }),
  'that does not say since when it holds': () => ({ iat: undefined }),
  'whose end is a text': () => ({ exp: String(issuer.times().exp) }),
  'whose end is no time': () => ({ exp: 1e300 }),
  'whose beginning is null': () => ({ nbf: null }),
};
test.each(Object.entries(UNTIMELY))('a token %s is not known', (_what, times) =>
  expectUnknown(localToken(issuer, { ...times() })),
);

test.each([
  ['just expired', () => issuer.times(-350, 300)],
  ['beginning in a moment', () => issuer.times(50)],
])('a token %s is taken, since clocks differ', async (_what, times) => {
  expect((await publish(localToken(issuer, times()))).status).toBe(201);
});

test.each([
  ['another', 'https://other.example.com'],
  ['the beginning of ours', AUDIENCE.slice(0, -1)],
  ['no', undefined],
  ['a list without ours', ['https://other.example.com', `${AUDIENCE}/`]],
  ['an empty list', []],
  ['an object as', { [AUDIENCE]: AUDIENCE }],
])('a token with %s audience is not known', (_what, aud) => expectUnknown(localToken(issuer, { aud })));

test('a token for several audiences is taken when ours is one of them', async () => {
  const token = localToken(issuer, { aud: ['https://other.example.com', AUDIENCE] });
  expect((await publish(token)).status).toBe(201);
});

test('of two claims with one name, the last one counts, in what is trusted, too', async () => {
  const claims = JSON.stringify({ ...issuer.times(), jti: 'twice', aud: AUDIENCE, project: 'tools' });
  const twice = (first: string, last: string) =>
    issuer.sign(`{"iss":"${first}","iss":"${last}",${claims.slice(1, -1)}}`);
  await expectUnknown(twice(issuer.url, stranger.url));
  expect((await publish(twice(stranger.url, issuer.url))).status).toBe(201);
  const projects = issuer.sign(`{"iss":"${issuer.url}",${claims.slice(1, -1)},"project":"other"}`);
  expect((await publish(projects)).status).toBe(403);
});

test('a token of 9 KiB is not taken, be it good', async () => {
  const token = localToken(issuer, { padding: 'x'.repeat(6500) });
  expect(token.length).toBeGreaterThan(8192);
  const response = await publish(token);
  expect(response.status).toBe(401);
  await problemIn(response);
});

test('a token of thousands of brackets is not known, or not trusted', async () => {
  const brackets = '['.repeat(2500) + ']'.repeat(2500);
  const claims = JSON.stringify({ ...issuer.times(), iss: issuer.url, aud: AUDIENCE }).slice(1, -1);
  const response = await publish(issuer.sign(`{${claims},"project":${brackets}}`));
  expect([401, 403]).toContain(response.status);
  await problemIn(response);
  await expectUnknown(issuer.sign(brackets));
});

test.each(['null', '"text"', '[]', '{}', '', '{"iss":null}', '{"__proto__":{"iss":"x"}}'])(
  'a token whose claims are %s is not known',
  (claims) => expectUnknown(issuer.sign(claims)),
);

test('a name of the prototype is no claim', async () => {
  const condition = { claim: 'constructor.name', equals: 'Object' };
  const own = await LocalIssuer.start();
  await makePolicy(api, localPolicy(own, { conditions: [condition] }));
  expect((await publish(localToken(own))).status).toBe(403);
  await own.close();
});

test('a token that is shown twice at once publishes exactly once', async () => {
  const token = localToken(issuer);
  const responses = await Promise.all(Array.from({ length: 6 }, () => publish(token)));
  expect(responses.map(({ status }) => status).sort()).toEqual([201, 401, 401, 401, 401, 401]);
  const refused = responses.find(({ status }) => status === 401);
  expect(refused?.headers.get('www-authenticate')).toBe('Basic realm="Alpenglow"');
  const { code, detail } = await problemIn(refused as Response);
  expect(code).toBe('token-used');
  expect(detail).toContain('POST /api/token-exchange');
});

test('a token without a jti is good for one request, however its signature is written', async () => {
  const token = localToken(issuer, { jti: undefined });
  // The last character of 256 bytes in base64url has four bits that mean nothing.
  const other =
    token.slice(0, -1) +
    (token.endsWith('A') ? 'B' : String.fromCharCode(token.charCodeAt(token.length - 1) + 1));
  expect((await publish(token)).status).toBe(201);
  for (const again of [token, other]) {
    const response = await publish(again);
    expect(response.status).toBe(401);
    expect(await problemIn(response)).toMatchObject({ code: 'token-used' });
  }
});

test('a token that was not trusted is not used up: the policy can be mended', async () => {
  const own = await LocalIssuer.start();
  await makePolicy(api, localPolicy(own));
  const token = localToken(own, { project: 'others' });
  expect((await publish(token)).status).toBe(403);
  const conditions = [{ claim: 'project', one_of: ['others', 'tools'] }];
  await makePolicy(api, localPolicy(own, { conditions }));
  expect((await publish(token)).status).toBe(201);
  await own.close();
});

test('the rights are those of all policies that fit, and of no other', async () => {
  const own = await LocalIssuer.start();
  const rights = (allow: string, on: string) => ({ rights: [{ allow: [allow], on }] });
  await makePolicy(api, localPolicy(own));
  await makePolicy(api, localPolicy(own, rights('delete', 'acme')));
  const conditions = [{ claim: 'project', equals: 'others' }];
  await makePolicy(api, localPolicy(own, { conditions, ...rights('publish', '*') }));
  expect((await publish(localToken(own))).status).toBe(201);
  const file = `${MAIN}/x86_64/package${count - 1}-1.0-r0.apk`;
  const headers = bearer(localToken(own));
  expect((await api.app.request(file, { method: 'DELETE', headers })).status).toBe(204);
  const elsewhere = '/api/packages/other/alpine/v3.22/main';
  const refused = await api.app.request(elsewhere, put(await buildPackage(), bearer(localToken(own))));
  expect(refused.status).toBe(403);
  await own.close();
});

test('a policy that names other keys of the same issuer trusts no token of the first', async () => {
  const own = await LocalIssuer.start();
  await makePolicy(api, localPolicy(own, { rights: [{ allow: ['publish'], on: 'acme/v3.22/main' }] }));
  await makePolicy(
    api,
    localPolicy(own, { jwks_uri: `${own.url}/forged`, rights: [{ allow: ['publish'], on: 'x' }] }),
  );
  own.answer = (request, response) =>
    request.url === '/forged' ? stranger.showKeys(request, response) : own.showKeys(request, response);
  const at = (owner: string) => `/api/packages/${owner}/alpine/v3.22/main`;
  const forged = () => bearer(localToken(stranger, { iss: own.url }));
  expect((await api.app.request(at('acme'), put(await buildPackage(), forged()))).status).toBe(403);
  expect((await api.app.request(at('x'), put(await buildPackage(), bearer(localToken(own))))).status).toBe(
    403,
  );
  expect((await api.app.request(at('x'), put(await buildPackage(), forged()))).status).toBe(201);
  await own.close();
});

test('a subject with controls in it is recorded escaped, and cut', async () => {
  const sub = `a\n\u001b\u202e\ud800${'é'.repeat(300)}`;
  const name = `package${count}`;
  expect((await publish(localToken(issuer, { sub }))).status).toBe(201);
  const file = {
    owner: 'acme',
    branch: 'v3.22',
    repository: 'main',
    arch: 'x86_64',
    name,
    version: '1.0-r0',
  };
  const [record] = await api.dependencies.records.read([file]);
  expect(record?.publishedBy).toContain(String.raw`:a\u{a}\u{1b}\u{202e}`);
  expect(record?.publishedBy).toHaveLength(200);
});
