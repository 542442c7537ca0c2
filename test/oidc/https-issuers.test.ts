import { HttpsIssuers } from '#oidc/https-issuers.ts';
import { LocalIssuer } from '#test/support/local-issuer.ts';

let issuer: LocalIssuer;
let now: number;
let issuers: HttpsIssuers;
beforeEach(async () => {
  issuer = await LocalIssuer.start();
  now = Date.now();
  issuers = new HttpsIssuers({ allowHttpIssuers: true, clock: () => now });
});
afterEach(() => issuer.close());

const verify = (token: string, by = issuers) =>
  by.verify(token, { issuer: issuer.url, jwksUri: issuer.jwksUri });
const UNAVAILABLE = expect.objectContaining({ code: 'issuer-unavailable' });

test.each(['RS256', 'ES256'] as const)('what an issuer says with %s is its own word', async (alg) => {
  issuer.rotate(alg);
  expect(await verify(issuer.token({ project: 'tools' }))).toMatchObject({
    project: 'tools',
    iss: issuer.url,
  });
});

test('a thousand tokens ask for the keys once', async () => {
  const tokens = Array.from({ length: 1000 }, () => issuer.token({}));
  const verified = await Promise.all(tokens.map((token) => verify(token)));
  expect(verified.every((claims) => claims !== undefined)).toBe(true);
  expect(issuer.asked).toBe(1);
});

test('a key that has just replaced another one is known at once, and the old one no more', async () => {
  const old = issuer.token({});
  await verify(old);
  issuer.rotate();
  expect(await Promise.all([verify(issuer.token({})), verify(issuer.token({}))])).toEqual([
    expect.objectContaining({ iss: issuer.url }),
    expect.objectContaining({ iss: issuer.url }),
  ]);
  expect(await verify(old)).toBeUndefined();
  expect(issuer.asked).toBe(2);
});

test('tokens with keys that are not there have the issuer asked every ten seconds, no oftener', async () => {
  const forge = () => issuer.token({}, { kid: crypto.randomUUID() });
  await verify(issuer.token({}));
  for (let i = 0; i < 20; i++) expect(await verify(forge())).toBeUndefined();
  expect(issuer.asked).toBe(2);
  expect(await verify(issuer.token({}))).toBeDefined();
  now += 10_000;
  for (let i = 0; i < 20; i++) await verify(forge());
  expect(issuer.asked).toBe(3);
});

test('a key that its issuer has withdrawn is not trusted for longer than ten minutes', async () => {
  const token = issuer.token({});
  await verify(token);
  issuer.rotate();
  now += 600_000;
  expect(await verify(token)).toBeDefined();
  now += 1;
  expect(await verify(token)).toBeUndefined();
});

const FAULTY: Record<string, LocalIssuer['answer']> = {
  'answers with a 500': (_, response) => response.writeHead(500).end(),
  'answers with a 204': (_, response) => response.writeHead(204).end(),
  'ends the connection': (request) => request.socket.destroy(),
  'sends no JSON': (_, response) => response.end('<html>'),
  'sends half of its JSON': (_, response) => response.end('{"keys":['),
  'sends no keys': (_, response) => response.end('{}'),
  'sends keys that are no list': (_, response) => response.end('{"keys":{}}'),
  'redirects elsewhere': (request, response) =>
    request.url === '/keys'
      ? response.writeHead(302, { location: '/elsewhere' }).end()
      : issuer.showKeys(request, response),
  'sends 65 KiB': (_, response) => response.end(`{"keys":[]${' '.repeat(65 * 1024)}}`),
  'sends without an end': (_, response) => {
    const send = () => {
      while (!response.destroyed && response.write(' '.repeat(1024)));
    };
    response.on('drain', send);
    send();
  },
};
test.each(Object.entries(FAULTY))('an issuer that %s is unavailable', async (_what, answer) => {
  issuer.answer = answer;
  await expect(verify(issuer.token({}))).rejects.toEqual(UNAVAILABLE);
});

test.each<[string, LocalIssuer['answer']]>([
  ['never answers', () => {}],
  ['never ends its answer', (_, response) => void response.write('{"keys":')],
])('an issuer that %s is unavailable after three seconds', async (_what, answer) => {
  issuer.answer = answer;
  const start = performance.now();
  await expect(verify(issuer.token({}))).rejects.toEqual(UNAVAILABLE);
  expect(performance.now() - start).toBeLessThan(5000);
});

test('an issuer that has failed is not asked for ten seconds, and then is', async () => {
  issuer.answer = (_, response) => response.writeHead(503).end();
  for (let i = 0; i < 5; i++) await expect(verify(issuer.token({}))).rejects.toEqual(UNAVAILABLE);
  expect(issuer.asked).toBe(1);
  issuer.answer = issuer.showKeys;
  now += 10_000;
  expect(await verify(issuer.token({}))).toBeDefined();
});

test('a key that is known does for its tokens while the issuer is down', async () => {
  await verify(issuer.token({}));
  issuer.answer = (_, response) => response.writeHead(503).end();
  await expect(verify(issuer.token({}, { kid: 'new' }))).rejects.toEqual(UNAVAILABLE);
  expect(await verify(issuer.token({}))).toBeDefined();
});

test('keys of kinds that are not understood do not stand in the way of those that are', async () => {
  const others = [{ kty: 'oct', k: 'c2VjcmV0', kid: 'a' }, { kty: 7 }, null, 'x', { kid: 'b' }];
  issuer.answer = (_, response) => response.end(JSON.stringify({ keys: [...others, issuer.publicJwk] }));
  expect(await verify(issuer.token({}))).toBeDefined();
  expect(await verify(issuer.token({}, { kid: 'a' }))).toBeUndefined();
});

test('outside one machine an issuer without TLS is never asked', async () => {
  await expect(verify(issuer.token({}), new HttpsIssuers())).rejects.toEqual(UNAVAILABLE);
  expect(issuer.asked).toBe(0);
});
