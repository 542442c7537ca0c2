import { ApkRoot, type ApkRootOptions } from '#test/support/apk-client.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { describeWithApk } from '#test/support/describe-with-apk.ts';
import { type PrivateRegistry, readingToken, startPrivateRegistry } from '#test/support/private-registry.ts';
import { until } from '#test/support/until.ts';

const MAIN = 'acme/v3.22/main';

/** What apk 2 and apk 3 print of a 401. */
const NOT_LET_IN = /Permission denied|HTTP 401: Unauthorized/;
/** The same of a 403: libfetch of apk 2 knows one word for both. */
const NO_RIGHT = /Permission denied|HTTP 403: Forbidden/;

let registry: PrivateRegistry;
let token: string;
beforeAll(async () => {
  registry = await startPrivateRegistry();
  ({ token } = await readingToken('acme', registry.readers));
  for (const repository of [MAIN, 'acme/alpine_any/tools']) {
    await registry.publish(repository, await buildPackage({ name: 'tool' }));
    await registry.publish(repository, await buildPackage({ name: 'text', arch: 'noarch' }));
  }
}, 90_000);
afterAll(() => registry?.close());

const roots: ApkRoot[] = [];
afterEach(async () => {
  await Promise.all(roots.splice(0).map((root) => root.close()));
});

async function machine(line: string, options: Partial<ApkRootOptions> = {}): Promise<ApkRoot> {
  const root = await ApkRoot.create({ repositories: [line], keys: registry.keys, ...options });
  roots.push(root);
  return root;
}

const as = (user: string, path: string) => `${registry.url.replace('//', `//${user}@`)}/${path}`;
const plain = (path: string) => `${registry.url}/${path}`;
const environmentOf = (secret: string) => ({ HTTP_AUTH: `basic:*:user:${secret}` });

const LINES = {
  'the plain line': MAIN,
  "Forgejo's line, with its redirects": 'api/packages/acme/alpine/v3.22/main',
  "Buildkite's line": 'acme/tools/alpine_any/alpine_any/main',
};

describeWithApk('apk, of a private repository,', () => {
  describe.each(Object.entries(LINES))('through %s', (_kind, path) => {
    test.each([
      ['in the line', () => machine(as(`user:${token}`, path))],
      ['in HTTP_AUTH', () => machine(plain(path), { environment: environmentOf(token) })],
    ])('installs with the token %s, noarch packages too', async (_where, start) => {
      const root = await start();
      await root.update();
      await root.add('tool', 'text');
      expect((await root.installed()).sort()).toEqual(['text', 'tool']);
    });

    test.each([
      ['without a token', () => machine(plain(path))],
      ['with a wrong one in the line', () => machine(as('user:alp_wrong', path))],
      ['with a wrong one in HTTP_AUTH', () => machine(plain(path), { environment: environmentOf('wrong') })],
    ])('says that it is not let in %s', async (_how, start) => {
      const { code, output } = await (await start()).run('update', '--update-cache');
      expect(code).not.toBe(0);
      expect(output).toMatch(NOT_LET_IN);
      expect(output).not.toContain('alp_wrong');
    });
  });

  test('says that it has no right, with a token for somewhere else', async () => {
    const other = await readingToken('acme/v3.22/other', registry.readers);
    const { code, output } = await (await machine(as(`user:${other.token}`, MAIN))).run(
      'update',
      '--update-cache',
    );
    expect(code).not.toBe(0);
    expect(output).toMatch(NO_RIGHT);
  });

  test('is let in no longer once its token has ended', async () => {
    const ending = await readingToken(MAIN, registry.readers);
    const root = await machine(as(`user:${ending.token}`, MAIN));
    await root.update();
    await ending.end();
    const endedAt = Date.now();
    await until('apk is refused', async () => (await root.run('update', '--update-cache')).code !== 0);
    process.stdout.write(`apk was refused ${Date.now() - endedAt} ms after its token had ended\n`);
    expect((await root.run('update', '--update-cache')).output).toMatch(NOT_LET_IN);
  });
});
