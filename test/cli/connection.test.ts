import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readConnection, readConnectionAt } from '#cli/connection/connection.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

let home: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  home = await temporaryFolder();
});
afterEach(() => home.remove());

const HERE = 'https://apk.example.com';
const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`;

async function configure(configuration: object | string, folder = '.config'): Promise<string> {
  await mkdir(join(home.folder, folder, 'alpenglow'), { recursive: true });
  const path = join(home.folder, folder, 'alpenglow', 'config.json');
  const text = typeof configuration === 'string' ? configuration : JSON.stringify(configuration);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}

const read = (environment: NodeJS.ProcessEnv = {}, flags: { url?: string; token?: string } = {}) =>
  readConnection(flags, { HOME: home.folder, ...environment });

test('flags go before the environment, that before the configuration, and that before netrc', async () => {
  await writeFile(join(home.folder, '.netrc'), 'machine apk.example.com login me password of-netrc');
  expect(read({ ALPENGLOW_URL: HERE }).authorization).toBe(basic('me:of-netrc'));
  await configure({ url: HERE, token: 'of-the-file', repository: 'of/the/file' });
  expect(read()).toMatchObject({ origin: HERE, authorization: 'Bearer of-the-file' });
  const environment = { ALPENGLOW_TOKEN: 'of-the-environment', ALPENGLOW_REPOSITORY: 'of/the/environment' };
  expect(read(environment)).toMatchObject({
    authorization: 'Bearer of-the-environment',
    repository: { owner: 'of', branch: 'the', repository: 'environment' },
  });
  expect(read(environment, { token: 'of-the-flag' }).authorization).toBe('Bearer of-the-flag');
  expect(read({ ...environment, ALPENGLOW_URL: 'https://x:of-the-url@apk.example.com' }).authorization).toBe(
    basic('x:of-the-url'),
  );
});

test('the environment goes before the URL of the configuration, too', async () => {
  await configure({ url: 'https://x:of-the-file@apk.example.com/of/the/file' });
  const inFile = {
    authorization: basic('x:of-the-file'),
    repository: { owner: 'of', branch: 'the', repository: 'file' },
  };
  expect(read()).toMatchObject(inFile);
  const environment = { ALPENGLOW_TOKEN: 'of-the-environment', ALPENGLOW_REPOSITORY: 'of/the/environment' };
  expect(read(environment)).toMatchObject({
    authorization: 'Bearer of-the-environment',
    repository: { repository: 'environment' },
  });
});

test('a token that the configuration has for one registry is sent to no other', async () => {
  await configure({ url: HERE, token: 'secret-of-mine' });
  expect(read({}, { url: `${HERE}/acme/v3.22/main` }).authorization).toBe('Bearer secret-of-mine');
  for (const url of ['https://other.example.com', 'http://apk.example.com', `${HERE}:8443`]) {
    expect(read({}, { url }).authorization).toBeUndefined();
  }
});

test('a token of the environment is not sent to a URL that is an argument', () => {
  const environment = { ALPENGLOW_TOKEN: 'secret-of-mine', ALPENGLOW_URL: HERE };
  expect(readConnectionAt('https://other.example.com', environment).authorization).toBeUndefined();
  expect(readConnectionAt(undefined, environment).authorization).toBe('Bearer secret-of-mine');
});

test('a configuration with a token that others may read is refused', async () => {
  const path = await configure({ url: HERE, token: 'secret-of-mine' });
  await chmod(path, 0o640);
  expect(() => read()).toThrow(`chmod 600 ${path}`);
  await chmod(await configure({ url: HERE }), 0o644);
  expect(read().origin).toBe(HERE);
});

test.each([
  ['no JSON', '{', /is not JSON/],
  ['a member that nobody knows', { urll: HERE }, /urll/],
  ['a token, and no URL that it is for', { token: 'secret-of-mine' }, /not the url/],
])('a configuration with %s is refused, by its name', async (_, configuration, reason) => {
  const path = await configure(configuration);
  expect(() => read()).toThrow(reason);
  expect(() => read()).toThrow(path);
});

test('the configuration is where XDG_CONFIG_HOME says', async () => {
  await configure({ url: HERE }, 'elsewhere');
  expect(read({ XDG_CONFIG_HOME: join(home.folder, 'elsewhere') }).origin).toBe(HERE);
  expect(read({ XDG_CONFIG_HOME: 'not/absolute' }).origin).toBe('http://127.0.0.1:8080');
});

test.each([
  [HERE, '/acme/v3.22/main', 'acme/v3.22/main'],
  [HERE, '/org/tools/alpine_any/alpine_any/main', 'org/alpine_any/tools'],
  [HERE, '', 'of/the/environment'],
])('the repository that %s%s means is %s', (origin, line, expected) => {
  const { repository } = read({ ALPENGLOW_REPOSITORY: 'of/the/environment' }, { url: origin + line });
  expect(Object.values(repository ?? {}).join('/')).toBe(expected);
});

describe('netrc', () => {
  test.each([
    ['on one line', 'machine apk.example.com login me password secret', 'me:secret'],
    ['on several', 'machine apk.example.com\n\tlogin me\n\tpassword secret\n', 'me:secret'],
    ['in quotes', 'machine apk.example.com login "m e" password "a \\"b\\\\"', 'm e:a "b\\'],
    [
      'after others',
      'machine a.com login x password y\nmachine APK.example.com login me password secret',
      'me:secret',
    ],
    ['with an account', 'machine apk.example.com account machine login me password secret', 'me:secret'],
    [
      'after a comment',
      '# machine apk.example.com\nmachine apk.example.com login me password secret',
      'me:secret',
    ],
    [
      'after a macro',
      'macdef init\nmachine apk.example.com password no\n\nmachine apk.example.com login me password secret',
      'me:secret',
    ],
    ['by default', 'machine a.com login x password y\ndefault login me password secret', 'me:secret'],
    ['of another host', 'machine a.com login me password secret', undefined],
    ['without a password', 'machine apk.example.com login me', undefined],
  ])('has a password %s', async (_, text, credentials) => {
    await writeFile(join(home.folder, '.netrc'), text);
    const expected = credentials === undefined ? undefined : basic(credentials);
    expect(read({ ALPENGLOW_URL: HERE }).authorization).toBe(expected);
  });

  test('has one for each user of a host, and NETRC says where it is', async () => {
    const NETRC = join(home.folder, 'other-netrc');
    const machine = 'machine apk.example.com';
    await writeFile(NETRC, `${machine} login me password mine\n${machine} login you password yours`);
    const authorizationAt = (url: string) => read({ NETRC }, { url }).authorization;
    expect(authorizationAt(HERE)).toBe(basic('me:mine'));
    expect(authorizationAt('https://you@apk.example.com')).toBe(basic('you:yours'));
    expect(authorizationAt('https://nobody@apk.example.com')).toBeUndefined();
    expect(authorizationAt('https://me:given@apk.example.com')).toBe(basic('me:given'));
  });
});
