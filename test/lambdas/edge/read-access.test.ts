import { createHash } from 'node:crypto';
import type { ReaderLookup } from '#lambdas/edge/read-access.ts';
import { handleViewerRequest } from '#lambdas/edge/viewer-request.ts';
import { readerEntry, tokenKey, visibilityKey } from '#registry/readers.ts';
import { EVERYTHING, type Grant } from '#registry/rights.ts';

const NOW = 1_800_000_000;
const FILE = '/acme/v3.22/main/x86_64/a-1.apk';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const tokenOf = (name: string) => `alp_${name.padEnd(16, '0')}_${'S'.repeat(43)}`;
const entryOf = (token: string, grants: readonly Grant[], expiresAt?: number): [string, string] => [
  tokenKey(/^alp_([a-z0-9]{16})_/.exec(token)?.[1] ?? 'bootstrap'),
  readerEntry({ sha256: sha256(token), grants, expiresAt }) ?? '',
];
const reading = (...on: string[]): Grant[] => on.map((place) => ({ allow: ['read'], on: place }));

const ACME = tokenOf('acme');
const CHOSEN = 'chosen-by-hand';
const STORE: [string, string][] = [
  [visibilityKey(), 'private'],
  [visibilityKey('open'), 'public'],
  [visibilityKey('open/v3.22/closed'), 'private'],
  [visibilityKey('acme/v3.22/shown'), 'public'],
  entryOf(ACME, reading('acme')),
  entryOf(CHOSEN, EVERYTHING),
];

/** A store with these pairs, and those that are there otherwise. */
const storeWith = (...pairs: [string, string][]): ReaderLookup => {
  const store = new Map([...STORE, ...pairs]);
  return { get: async (key) => store.get(key), sha256, now: () => NOW * 1000 };
};

/** The status of the answer; `undefined` for who is let through. */
async function statusOf(uri: string, authorization?: string, lookup = storeWith()) {
  const headers: Record<string, { value: string }> =
    authorization === undefined ? {} : { authorization: { value: authorization } };
  const answer = await handleViewerRequest(
    { request: { method: 'GET', uri, querystring: {}, headers } },
    lookup,
  );
  return 'statusCode' in answer ? answer.statusCode : undefined;
}

const bearer = (token: string) => `Bearer ${token}`;
const basic = (credentials: string | Uint8Array) => `Basic ${Buffer.from(credentials).toString('base64')}`;

describe('without a token', () => {
  test.each([
    ['a file of a public owner', '/open/v3.22/main/x86_64/a-1.apk'],
    ['a file of a public owner, who is written in upper case', '/OPEN/v3.22/main/x86_64/a-1.apk'],
    ['a file of a public repository of a private owner', '/acme/v3.22/shown/x86_64/a-1.apk'],
    ['the same in an encoding that the bucket does not know', '/acme/v3.22/shown/x86%5f64/a%2b-1.apk'],
    ['what is at the top of a public repository', '/acme/v3.22/shown/README'],
    ['what is at the top of a public owner', '/open/anything'],
    ['a key', '/acme/key'],
    ['a key of an owner that is nobody', '/nobody/key'],
    ['a key by its file name', '/acme/alpenglow-01234567.rsa.pub'],
    ["a key at Buildkite's address", '/acme/tools/rsakey'],
    ['the script that sets a machine up', '/acme/v3.22/main/setup.sh'],
    ['the API, which asks itself', '/api/packages/acme/alpine/v3.22/main'],
    ["the API at Buildkite's address", '/v2/packages/organizations/acme/registries/tools/packages'],
  ])('%s is read', async (_what, uri) => {
    expect(await statusOf(uri)).toBeUndefined();
  });

  test.each([
    ['a file of a private owner', FILE],
    ['its index', '/acme/v3.22/main/x86_64/APKINDEX.tar.gz'],
    ['a file that does not exist', '/acme/v3.22/main/x86_64/none'],
    ['a file of an owner that is nobody', '/nobody/v3.22/main/x86_64/a-1.apk'],
    ['a file of a private repository of a public owner', '/open/v3.22/closed/x86_64/a-1.apk'],
    ["the same, by Buildkite's line", '/acme/tools/alpine_any/alpine_any/main/x86_64/APKINDEX.tar.gz'],
    ['the same, in an encoding', '/%41CME/v3.22/main/x86_64/a-1.apk'],
    ['what is at the top of a private owner', '/acme/anything'],
    ['what is called like a repository that is public, but is above it', '/acme/v3.22/shown'],
    ['what is called like a key, but lies deeper', '/acme/v3.22/main/x86_64/key'],
    ['what is called like a key file, but lies deeper', '/acme/v3.22/main/x.rsa.pub'],
    ['what is called like the script, but lies deeper', '/acme/v3.22/main/x86_64/setup.sh'],
  ])('%s is not', async (_what, uri) => {
    expect([401, 404]).toContain(await statusOf(uri));
  });

  test('the visibility of the repository counts by its stored name, not by that in the line', async () => {
    const shown = storeWith([visibilityKey('acme/alpine_any/tools'), 'public']);
    expect(
      await statusOf('/Acme/tools/alpine_any/alpine_any/main/x86_64/a-1.apk', undefined, shown),
    ).toBeUndefined();
    const other = storeWith([visibilityKey('acme/tools/alpine_any'), 'public']);
    expect(await statusOf('/acme/tools/alpine_any/alpine_any/main/x86_64/a-1.apk', undefined, other)).toBe(
      401,
    );
  });

  test('the answer asks for Basic, in JSON, and is not kept', async () => {
    const request = { method: 'GET', uri: FILE, querystring: {}, headers: {} };
    expect(await handleViewerRequest({ request }, storeWith())).toMatchObject({
      statusCode: 401,
      headers: {
        'www-authenticate': { value: 'Basic realm="Alpenglow"' },
        'content-type': { value: 'application/problem+json' },
        'cache-control': { value: 'no-store' },
      },
      body: expect.stringContaining('"code":"unauthorized"'),
    });
  });
});

describe('a token is taken', () => {
  test.each([
    ['as Bearer', bearer(ACME)],
    ['as bearer in lower case', `bearer  ${ACME} `],
    ["in Gitea's own scheme", `token ${ACME}`],
    ['as the password', basic(`user:${ACME}`)],
    ['as the password of nobody', basic(`:${ACME}`)],
    ['as the password of a name in Latin-1', basic(Buffer.from(`jö:${ACME}`, 'latin1'))],
    ['as the user name without a password', basic(`${ACME}:`)],
    ['in Basic without padding', basic(`user:${ACME}`).replace(/=+$/, '')],
    ['when it was chosen by hand', basic(`user:${CHOSEN}`)],
  ])('%s', async (_how, authorization) => {
    expect(await statusOf(FILE, authorization)).toBeUndefined();
  });

  test('and goes on to the API, but not to the bucket', async () => {
    const goingOn = async (uri: string) => {
      const headers = { host: { value: 'apk.example.com' }, authorization: { value: bearer(ACME) } };
      const answer = await handleViewerRequest(
        { request: { method: 'GET', uri, querystring: {}, headers } },
        storeWith(),
      );
      return Object.keys(answer.headers);
    };
    expect(await goingOn(FILE)).toEqual(['host']);
    expect(await goingOn('/open/v3.22/main/x86_64/a-1.apk')).toEqual(['host']);
    expect(await goingOn('/api/tokens')).toEqual(['host', 'authorization']);
  });
});

test.each([
  ['an unknown one', bearer(tokenOf('unknown'))],
  ['one with another secret', bearer(ACME.replace('S', 'T'))],
  ['another one that was chosen by hand', bearer('chosen-by-somebody')],
  ['none in the header', 'Bearer '],
  ['another scheme', `Digest ${ACME}`],
  ['two', `Bearer ${ACME} ${ACME}`],
  ['one with user and password swapped', basic(`${ACME}:user`)],
  ['Basic that is no base64', 'Basic {"a":1}'],
  ['Basic without a colon', basic(ACME)],
  ['Basic of nobody', basic(':')],
  ['a header of 100,000 characters', basic(`user:${'x'.repeat(75_000)}`)],
  ['the name of a property of every object', bearer('constructor')],
  ['the digest of a token', bearer(sha256(ACME))],
])('a wrong token, %s, is one and the same 401 as none', async (_what, authorization) => {
  const ask = (headers: Record<string, { value: string }>) =>
    handleViewerRequest({ request: { method: 'GET', uri: FILE, querystring: {}, headers } }, storeWith());
  expect(await ask({ authorization: { value: authorization } })).toEqual(await ask({}));
  expect(await statusOf(FILE, authorization)).toBe(401);
});

test.each([
  [NOW + 1, undefined],
  [NOW, 401],
  [NOW - 1, 401],
  [undefined, undefined],
])('at second %d of its end, a token is answered with %s', async (expiresAt, status) => {
  const token = tokenOf('ending');
  const lookup = storeWith(entryOf(token, reading('acme'), expiresAt));
  expect(await statusOf(FILE, bearer(token), lookup)).toBe(status);
});

test.each([
  ['*', true],
  ['acme', true],
  ['acme/v3.22', true],
  ['acme/v3.22/main', true],
  ['*/v3.22', true],
  ['acme/*/main', true],
  ['*/*/*', true],
  ['acm', false],
  ['acme-tools', false],
  ['acme/v3.2', false],
  ['acme/v3.22/mai', false],
  ['acme/v3.22/main2', false],
  ['acme/*/other', false],
  ['other', false],
])('a token that reads in %s is let in to acme/v3.22/main: %s', async (on, isLetIn) => {
  const token = tokenOf('place');
  const lookup = storeWith(entryOf(token, reading('elsewhere', on)));
  expect(await statusOf(FILE, bearer(token), lookup)).toBe(isLetIn ? undefined : 403);
});

test.each(['acme/v3.22/main', 'acme/*/*', '*/*'])(
  'a token of %s does not read what is above it',
  async (on) => {
    const token = tokenOf('narrow');
    const lookup = storeWith(entryOf(token, reading(on)));
    expect(await statusOf('/acme/anything', bearer(token), lookup)).toBe(403);
  },
);

test('a good token is told the same of what exists, what does not, and whose it is', async () => {
  const ask = (uri: string) =>
    handleViewerRequest(
      {
        request: {
          method: 'GET',
          uri,
          querystring: {},
          headers: { authorization: { value: bearer(ACME) } },
        },
      },
      storeWith([visibilityKey('other'), 'private']),
    );
  const answer = await ask('/other/v3.22/main/x86_64/APKINDEX.tar.gz');
  expect(answer).toMatchObject({ statusCode: 403, body: expect.stringContaining('"code":"forbidden"') });
  expect(answer).not.toHaveProperty('headers.www-authenticate');
  expect(await ask('/nobody/v3.22/main/x86_64/none.apk')).toEqual(answer);
});

describe('what cannot be found out is not allowed', () => {
  test.each(['v/open/v3.22/main', 'v/open', 'v'])('a store that fails at %s', async (failing) => {
    const store = storeWith();
    const get = async (key: string) => {
      if (key === failing) throw new Error('the store does not answer');
      return failing === 'v' ? undefined : store.get(key);
    };
    const status = await statusOf('/open/v3.22/main/x86_64/a-1.apk', undefined, { ...store, get });
    expect(status).toBe(401);
  });

  test('a store that fails at the token', async () => {
    const store = storeWith();
    const get = async (key: string) => {
      if (key.startsWith('t/')) throw new Error('the store does not answer');
      return store.get(key);
    };
    expect(await statusOf(FILE, bearer(ACME), { ...store, get })).toBe(401);
  });

  test('a store that says nothing', async () => {
    const get = async () => undefined;
    expect(await statusOf(FILE, undefined, { ...storeWith(), get })).toBe(401);
  });

  test.each(['', 'Public', 'public ', '"public"', 'true'])('a visibility of %j', async (value) => {
    expect(await statusOf(FILE, undefined, storeWith([visibilityKey('acme'), value]))).toBe(401);
  });

  const entry = { h: sha256(ACME), e: 0, on: ['acme'] };
  test.each([
    '',
    '{',
    'null',
    '[]',
    '"acme"',
    JSON.stringify({ ...entry, h: undefined }),
    JSON.stringify({ ...entry, e: undefined }),
    JSON.stringify({ ...entry, e: null }),
    JSON.stringify({ ...entry, e: '0' }),
    JSON.stringify({ ...entry, on: undefined }),
    JSON.stringify({ ...entry, on: 'acme' }),
    JSON.stringify({ ...entry, on: [1] }),
  ])('the entry %s of a token', async (value) => {
    const lookup = storeWith([tokenKey('acme000000000000'), value]);
    expect(await statusOf(FILE, bearer(ACME), lookup)).toBe(401);
  });
});
