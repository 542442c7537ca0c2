import { LOCAL_ENVIRONMENT } from '#local/registry.ts';
import { runCommand } from '#test/support/command.ts';
import { builtCommand, builtScript } from '#test/support/once-a-run/built-programs.ts';
import { type ServedRegistry, serveRegistry } from '#test/support/served-registry.ts';

const TOKEN = /^alp_[a-z0-9]{16}_[A-Za-z0-9_-]{43}$/;

let served: ServedRegistry;
beforeAll(async () => {
  served = await serveRegistry();
}, 60_000);
afterAll(() => served.close());

/** As an operator does who has AWS credentials and no token; a process, since the SDK reads its environment. */
const create = async (...options: string[]) =>
  runCommand(
    process.execPath,
    [
      '--import',
      await builtScript('test/support/localhost-names.ts'),
      await builtCommand(),
      'token',
      'create',
      ...options,
    ],
    {
      seconds: 30,
      environment: {
        AWS_ENDPOINT_URL_DYNAMODB: served.registry.standIns.endpoints.dynamodb,
        AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: served.registry.standIns.endpoints.keyvaluestore.replace(
          '127.0.0.1',
          'localhost',
        ),
        AWS_ACCESS_KEY_ID: served.registry.standIns.accessKeyId,
        AWS_SECRET_ACCESS_KEY: 'not-checked',
        ALPENGLOW_TOKEN: '',
      },
    },
  );

const AT_TABLE = [
  '--table',
  LOCAL_ENVIRONMENT.TABLE_NAME,
  '--readers',
  LOCAL_ENVIRONMENT.READERS_ARN,
  '--region',
  'eu-central-1',
];

test('the command that a deployment shows makes the first token, which has every right and no end', async () => {
  const { code, stdout, output } = await create(
    ...AT_TABLE,
    ...'--name first --allow read,publish,delete,admin --on * --never'.split(' '),
  );
  expect(code).toBe(0);
  const ALPENGLOW_TOKEN = stdout.trimEnd();
  expect(ALPENGLOW_TOKEN).toMatch(TOKEN);
  expect(output).toContain('may read,publish,delete,admin:*\nIt does not end, and is shown this once.\n');
  const entry = served.registry.standIns.readers.pairs.get(`t/${ALPENGLOW_TOKEN.split('_')[1]}`);
  expect(JSON.parse(entry ?? '')).toMatchObject({ e: 0, on: ['*'] });

  const { tokens } = JSON.parse((await served.run(['token', 'list', '--json'], { ALPENGLOW_TOKEN })).stdout);
  expect(tokens).toContainEqual(
    expect.objectContaining({
      id: ALPENGLOW_TOKEN.split('_')[1],
      name: 'first',
      rights: [{ allow: ['read', 'publish', 'delete', 'admin'], on: '*' }],
      expires_at: null,
      created_by: 'operator',
    }),
  );
});

test('--json prints the same as the registry would, and the token can be used', async () => {
  const { code, stdout } = await create(...AT_TABLE, '--name', 'ci', '--right', 'admin:acme', '--json');
  expect(code).toBe(0);
  const answer = JSON.parse(stdout);
  expect(answer).toEqual({
    id: expect.stringMatching(/^[a-z0-9]{16}$/),
    token: expect.stringMatching(TOKEN),
    name: 'ci',
    rights: [{ allow: ['admin'], on: 'acme' }],
    expires_at: expect.stringMatching(/^20\S+Z$/),
  });
  expect((await served.run(['audit', '--owner', 'acme'], { ALPENGLOW_TOKEN: answer.token })).code).toBe(0);
});

test('a place that is none is refused as the registry would', async () => {
  const { code, stdout, output } = await create(...AT_TABLE, '--name', 'ci', '--right', 'read:a/b/c/d');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(output).toMatch(/^"a\/b\/c\/d" is no place: .+\n$/);
});

test('a table that is not there is named, and no token shown', async () => {
  const { code, stdout, output } = await create(
    ...'--table alpenglov --readers arn --region eu-central-1 --name ci --right read:acme'.split(' '),
  );
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(output).toMatch(/^The token could not be written to the table alpenglov, or to the readers: .+\n$/);
});
