import { basic, bearer, startApi, throughCdn } from '#test/lambdas/api/api-under-test.ts';
import type { FuzzTarget } from '../fuzz-target.ts';
import { checkAnswer } from '../promises/check-answer.ts';
import type { Random } from '../random.ts';
import { strangeUri } from './path-target.ts';

interface Input {
  path: string;
  init: { method: string; headers: Record<string, string>; body?: string | Buffer };
}

const ROUTES: readonly [method: string, path: string, body: object][] = [
  [
    'POST',
    '/api/tokens',
    { name: 'ci', rights: [{ allow: ['publish'], on: 'acme/v3.22/main' }], expires_in_days: 30 },
  ],
  ['DELETE', '/api/tokens/0123456789abcdef', {}],
  ['PUT', '/api/owners/acme', { visibility: 'private' }],
  ['PUT', '/api/owners/acme/v3.22/main', { visibility: 'inherit' }],
  [
    'PUT',
    '/api/owners/acme/v3.22/main/publishers',
    { keys: ['-----BEGIN PUBLIC KEY-----\nMFwwDQ\n-----END PUBLIC KEY-----\n'] },
  ],
  [
    'POST',
    '/api/packages/acme/alpine/v3.22/main/uploads',
    { size: 5_000_000, sha256: '0'.repeat(64), file: 'x86_64/a-1.0-r0.apk', part_size: 5_242_880 },
  ],
  ['POST', '/api/packages/acme/alpine/v3.22/main/reindex', { arch: 'x86_64' }],
  [
    'POST',
    '/api/trust',
    {
      name: 'jobs',
      issuer: 'https://issuer.example',
      conditions: [{ claim: 'sub', equals: 'x' }],
      rights: [{ allow: ['publish'], on: 'acme' }],
    },
  ],
  [
    'POST',
    '/api/trust',
    { preset: 'github', repository: 'acme/tools', rights: [{ allow: ['publish'], on: 'acme' }] },
  ],
  [
    'POST',
    '/api/token-exchange',
    {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: 'a.b.c',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    },
  ],
  ['GET', '/api/audit?owner=acme&limit=10&before=2026-01-01T00:00:00.000Z', {}],
  ['PUT', '/api/packages/acme/alpine/v3.22/main?wait=0', {}],
  ['DELETE', '/api/packages/acme/alpine/v3.22/main/x86_64/a-1.0-r0.apk', {}],
];

const VALUES: readonly unknown[] = [
  ...[
    null,
    true,
    0,
    -1,
    1.5,
    1e15,
    2 ** 53,
    '',
    ' ',
    'x',
    '*',
    '*/*',
    'acme/*',
    '../..',
    '__proto__',
    '\u0000',
    '\ud800',
    '\u202e',
  ],
  ...[
    'x'.repeat(3000),
    'ö'.repeat(1000),
    '1',
    '01',
    '1e3',
    [],
    {},
    [[]],
    [null],
    ['x'],
    [{}],
    { allow: ['admin'], on: '*' },
    'https://x',
    'http://[::1]/',
    'https://user:pw@x/',
  ],
];

/** Another value somewhere in the JSON, or a member more or less. */
function mutate(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.chance(0.15)) return random.pick(VALUES);
  if (Array.isArray(value)) {
    if (value.length === 0 || random.chance(0.3))
      return random.pick([[...value, random.pick(VALUES)], [...value, ...value], Array(300).fill(value[0])]);
    return value.with(random.below(value.length), mutate(random.pick(value), random));
  }
  const keys = Object.keys(value);
  const key =
    keys.length === 0 || random.chance(0.15)
      ? random.pick(['x', '__proto__', 'constructor', ''])
      : random.pick(keys);
  const { [key]: old, ...rest } = value as Record<string, unknown>;
  return random.chance(0.1)
    ? rest
    : Object.fromEntries([...Object.entries(rest), [key, mutate(old, random)]]);
}

const asForm = (value: unknown) =>
  new URLSearchParams(
    Object.entries(value ?? {}).map(([key, one]): [string, string] => [key, String(one)]),
  ).toString();

function makeBody(body: object, random: Random): Pick<Input['init'], 'headers' | 'body'> {
  const value = random.chance(0.1) ? body : mutate(body, random);
  const json = JSON.stringify(value);
  if (random.chance(0.15))
    return { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: asForm(value) };
  const text = random.pick<() => string | Buffer>([
    ...Array<() => string>(8).fill(() => json),
    () => json.slice(0, random.below(json.length + 1)),
    () => `${'['.repeat(8000)}${']'.repeat(8000)}`,
    () => json.replace('{', '{"__proto__":{"x":1},'),
    () => Buffer.concat([Buffer.from(json), random.bytes(3)]),
    () => 'x'.repeat(20_000),
  ])();
  return {
    headers: {
      'content-type': random.chance(0.95)
        ? 'application/json'
        : random.pick(['', 'text/plain', 'application/json;x']),
    },
    body: text,
  };
}

const CREDENTIALS: readonly (() => Record<string, string>)[] = [
  ...Array<() => Record<string, string>>(8).fill(() => bearer()),
  () => ({}),
  () => bearer('alp_of-the-build'),
  () => bearer('x'),
  () => basic(':'),
  () => basic(Buffer.from([0xff, 0x3a, 0xfe])),
  () => ({ authorization: `Basic ${'='.repeat(100)}` }),
];

const QUERIES = [
  '',
  '',
  '',
  '?wait=1',
  '?wait=-1',
  '?wait=x',
  '?wait=1&wait=2',
  '?limit=x',
  '?owner=%00',
  '?owner=',
  '?%',
  '?__proto__=x',
];

/** Requests near those that there are, with the rights of the administrator, and their JSON. */
export async function openRequestTarget(): Promise<FuzzTarget<Input>> {
  const api = await startApi();
  return {
    name: 'requests',
    make(random) {
      const [method, path, body] = random.pick(ROUTES);
      const headers = { ...random.pick(CREDENTIALS)(), ...(random.chance(0.5) && throughCdn) };
      if (random.chance(0.4)) {
        const verb = random.pick(['GET', 'GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS']);
        return { path: `${strangeUri(random)}${random.pick(QUERIES)}`, init: { method: verb, headers } };
      }
      if (method === 'GET')
        return { path: `${path}${random.pick(QUERIES).replace('?', '&')}`, init: { method, headers } };
      const made = makeBody(body, random);
      return { path, init: { method, ...made, headers: { ...made.headers, ...headers } } };
    },
    describe: ({ path, init }) =>
      `${path} ${JSON.stringify({ ...init, body: String(init.body).slice(0, 1000) })}`,
    async judge({ path, init }) {
      const url = `http://127.0.0.1${path}`;
      if (!URL.canParse(url)) return 'no URL';
      return checkAnswer(await api.app.fetch(new Request(url, init)), api);
    },
    close: () => api.close(),
  };
}
