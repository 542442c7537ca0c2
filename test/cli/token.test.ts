import { type ServedRegistry, START_TOKEN, serveRegistry } from '#test/support/served-registry.ts';

const TOKEN = /^alp_[a-z0-9]{16}_[A-Za-z0-9_-]{43}$/;
const DAY = 24 * 60 * 60 * 1000;

let served: ServedRegistry;
beforeAll(async () => {
  served = await serveRegistry();
}, 60_000);
afterAll(() => served.close());

const idOf = (token: string): string => token.split('_')[1] ?? '';

const statusOf = async (token: string): Promise<number> => {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${served.registry.url}/api/tokens`, { headers })).status;
};

/** Those that `token list` shows, each as its id and its row. */
const listed = async () => {
  const { stdout } = await served.run(['token', 'list']);
  return new Map(stdout.split('\n').map((row) => [row.split(' ')[0], row]));
};

test('create prints the token alone to standard output, and to standard error what it may do', async () => {
  const { code, stdout, stderr } = await served.run(
    'token create --name ci --allow read,publish --on acme/v3.22/main --on acme/edge'.split(' '),
  );
  expect(code).toBe(0);
  const token = stdout.trimEnd();
  expect(token).toMatch(TOKEN);
  const [may, end, ...rest] = stderr.split('\n');
  expect(may).toBe(`ci (alp_${idOf(token)}) may read,publish:acme/v3.22/main read,publish:acme/edge`);
  expect(end).toMatch(/^It ends 20\d\d-\S+Z, and is shown this once\.$/);
  expect(rest).toEqual(['']);
  expect(await statusOf(token)).toBe(200);
});

test('create --json prints the answer of the registry', async () => {
  const { code, stdout, stderr } = await served.run(
    'token create --name ci --right read:acme --right publish,delete:acme/edge --days 30 --json'.split(' '),
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const answer = JSON.parse(stdout);
  expect(answer).toEqual({
    id: idOf(answer.token),
    token: expect.stringMatching(TOKEN),
    name: 'ci',
    rights: [
      { allow: ['read'], on: 'acme' },
      { allow: ['publish', 'delete'], on: 'acme/edge' },
    ],
    expires_at: expect.any(String),
  });
  expect(Math.round((Date.parse(answer.expires_at) - Date.now()) / DAY)).toBe(30);
});

test('create --never makes a token that does not end', async () => {
  const { stdout, stderr } = await served.run('token create --name ci --right read:acme --never'.split(' '));
  expect(stderr).toContain('It does not end');
  expect((await listed()).get(idOf(stdout))).toMatch(/ read:acme +never +never$/);
});

test('list shows ids, names and rights, and no token', async () => {
  const token = await served.token('admin:listed');
  await statusOf(token);
  const { code, stdout } = await served.run(['token', 'list']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ID +NAME +RIGHTS +EXPIRES +LAST USED$/m);
  expect((await listed()).get(idOf(token))).toMatch(/^\w{16} +test +admin:listed +20\S+Z +20\d\d-\d\d-\d\d$/);
  expect(stdout).not.toContain(token);
  expect(JSON.parse((await served.run(['token', 'list', '--json'])).stdout).tokens).toContainEqual(
    expect.objectContaining({ id: idOf(token), created_by: expect.any(String) }),
  );
});

test.each([
  ['the id', idOf],
  ['alp_ and the id', (token: string) => `alp_${idOf(token)}`],
  ['the whole token, which is not repeated', (token: string) => token],
])('revoke takes %s', async (_, argumentOf) => {
  const token = await served.token('admin:acme');
  expect(await statusOf(token)).toBe(200);
  const { code, stdout, stderr } = await served.run(['token', 'revoke', argumentOf(token)]);
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: `${idOf(token)}: revoked\n` });
  expect(await statusOf(token)).toBe(401);
});

test('one that cannot be revoked does not keep the others', async () => {
  const token = await served.token('read:acme');
  const unknown = 'a'.repeat(16);
  const { code, stderr } = await served.run(['token', 'revoke', unknown, idOf(token)]);
  expect(code).toBe(1);
  expect(stderr).toMatch(new RegExp(`^${unknown}: You administer no token.+\n${idOf(token)}: revoked\n$`));
});

test('what a token may not give is refused in the words of the registry', async () => {
  const ALPENGLOW_TOKEN = await served.token('admin,read:acme');
  const asked = 'token create --name ci --right publish:acme'.split(' ');
  const { code, stdout, stderr } = await served.run(asked, { ALPENGLOW_TOKEN });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^The token test \(alp_\w{16}\) has no right to publish in acme\.\n$/);
});

test('a place that is none is refused in the words of the registry', async () => {
  const { code, stderr } = await served.run('token create --name ci --right read:a/b/c/d'.split(' '));
  expect(code).toBe(1);
  expect(stderr).toMatch(/^"a\/b\/c\/d" is no place: .+\n$/);
});

test.each([
  ['--token', () => [['--token', START_TOKEN], {}]],
  [
    'the password in the URL',
    () => [['--url', served.registry.url.replace('//', `//ci:${START_TOKEN}@`)], {}],
  ],
  [
    '--token before that',
    () => [['--token', START_TOKEN, '--url', served.registry.url.replace('//', '//ci:x@')], {}],
  ],
  [
    'that of --url before ALPENGLOW_TOKEN',
    () => [['--url', served.registry.url.replace('//', `//ci:${START_TOKEN}@`)], { ALPENGLOW_TOKEN: 'x' }],
  ],
] as [string, () => [string[], NodeJS.ProcessEnv]][])('the token is taken from %s', async (_, said) => {
  const [options, environment] = said();
  const { code, stdout } = await served.run(['token', 'list', ...options], environment);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ID /);
});

test.each([['token create --name ci --right read:acme'], ['token list'], ['token revoke aaaaaaaaaaaaaaaa']])(
  'without a token, %s says where to get one',
  async (line) => {
    const { code, stderr } = await served.run(line.split(' '), {});
    expect(code).toBe(2);
    expect(stderr).toMatch(/^No token: set ALPENGLOW_TOKEN\./);
  },
);

test('a token that the registry does not know is refused, and not repeated', async () => {
  const ALPENGLOW_TOKEN = 'wrong-token-of-somebody';
  const { code, stdout, stderr } = await served.run(['token', 'list'], { ALPENGLOW_TOKEN });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('The token is not known here');
  expect(stderr).not.toContain(ALPENGLOW_TOKEN);
});

const SECRET = `alp_${'a'.repeat(16)}_${'s'.repeat(43)}`;

test.each([
  ['with a line end in it', ['token', 'list', '--token', `${SECRET}\n${SECRET}`]],
  ['in the place of an argument', ['token', 'list', SECRET]],
  ['in the place of a command', ['token', SECRET]],
  ['in a URL that is none', ['token', 'list', '--url', `https://ci:${'s'.repeat(43)}/x@registry.example:x/`]],
  ['of another kind, to be revoked', ['token', 'revoke', `ghp_${'s'.repeat(36)}`]],
])('a token %s is asked wrongly, and not repeated', async (_, args) => {
  const { code, stdout, stderr } = await served.run(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).not.toContain('sssss');
});

test.each([
  ['no name', '--right read:acme', 'No --name'],
  ['no rights', '--name ci', 'No rights'],
  ['rights without a place', '--name ci --allow read', '--allow and --on go together'],
  ['a place without rights', '--name ci --on acme', '--allow and --on go together'],
  [
    'two sets of rights',
    '--name ci --allow read --on a --allow admin --on b',
    '--allow goes with every --on',
  ],
  ['a right that is none', '--name ci --allow write --on acme', '"write" is no right'],
  ['a pair that is none', '--name ci --right read', '"read" is no --right'],
  ['days that are none', '--name ci --right read:acme --days soon', '--days is "soon"'],
  ['days and no end', '--name ci --right read:acme --days 3 --never', '--days and --never'],
  [
    'the readers of no table',
    '--name ci --right read:acme --readers arn',
    '--readers and --region go with --table',
  ],
  ['a table and a registry', '--name ci --right read:acme --table t --url http://localhost', 'With --table'],
  ['an option that there is not', '--name ci --colour', "Unknown option '--colour'"],
])('create with %s is answered with its usage, and exit code 2', async (_, options, reason) => {
  const { code, stdout, stderr } = await served.run(['token', 'create', ...options.split(' ')]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.startsWith(reason)).toBe(true);
  expect(stderr).toContain('\nalpenglow token create --name NAME');
});

test('revoke of nothing is asked wrongly', async () => {
  expect(await served.run(['token', 'revoke'])).toMatchObject({ code: 2, stdout: '' });
});
