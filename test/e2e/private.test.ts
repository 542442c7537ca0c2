import { accessSync, constants } from 'node:fs';
import { buildPackage } from '#test/support/build-package.ts';
import { runCommand } from '#test/support/command.ts';
import { type PrivateRegistry, readingToken, startPrivateRegistry } from '#test/support/private-registry.ts';
import { until } from '#test/support/until.ts';

const MAIN = 'acme/v3.22/main';
const INDEX = `/${MAIN}/x86_64/APKINDEX.tar.gz`;
const FILE = `/${MAIN}/x86_64/tool-1.0-r0.apk`;

let registry: PrivateRegistry;
let token: string;
let file: Buffer;
beforeAll(async () => {
  registry = await startPrivateRegistry();
  ({ token } = await readingToken('acme', registry.readers));
  file = await buildPackage({ name: 'tool' });
  await registry.publish(MAIN, file);
  await registry.publish(MAIN, await buildPackage({ name: 'text', arch: 'noarch' }));
}, 90_000);
afterAll(() => registry?.close());

const read = (path: string, secret?: string) =>
  fetch(`${registry.url}${path}`, {
    redirect: 'manual',
    headers: secret === undefined ? {} : { authorization: `Bearer ${secret}` },
  });
const statusOf = async (path: string, secret?: string) => (await read(path, secret)).status;
const say = (place: string, visibility: string) =>
  registry.send('PUT', `/api/owners/${place}`, JSON.stringify({ visibility }));

test('a file is for who has a token, and the same 401 for everybody else', async () => {
  expect(Buffer.from(await (await read(FILE, token)).arrayBuffer())).toEqual(file);
  const stranger = await read(FILE);
  expect(stranger.status).toBe(401);
  expect(stranger.headers.get('www-authenticate')).toBe('Basic realm="Alpenglow"');
  expect(stranger.headers.get('cache-control')).toBe('no-store');
  const body = await stranger.text();
  for (const path of [FILE, INDEX, `/${MAIN}/x86_64/none.apk`, '/nobody/edge/main/x86_64/APKINDEX.tar.gz']) {
    expect([await statusOf(path), await (await read(path, 'wrong')).text()]).toEqual([401, body]);
  }
});

test('a noarch file that is asked for under another architecture is found for who has a token, and for nobody else', async () => {
  const path = `/${MAIN}/x86_64/text-1.0-r0.apk`;
  expect(await statusOf(path)).toBe(401);
  expect(await statusOf(path, token)).toBe(302);
});

test.each(['/acme/key', '/acme/tools/rsakey', '/api/packages/acme/alpine/key', '/api/health'])(
  '%s is for everybody',
  async (path) => {
    expect(await statusOf(path)).toBe(200);
  },
);

test('a key file tells nobody whether there is such an owner', async () => {
  const [there, nowhere] = await Promise.all(
    ['acme', 'nobody'].map(async (owner) => {
      const response = await read(`/${owner}/${Object.keys(registry.keys)[0]}`);
      const headers = Object.fromEntries(response.headers);
      return { status: response.status, body: await response.text(), headers: { ...headers, date: '' } };
    }),
  );
  expect(there).toEqual(nowhere);
  expect(there?.status).toBe(200);
});

test("Forgejo's address says the same of what is there and what is not", async () => {
  for (const path of ['acme/alpine/v3.22/main/x86_64/tool-1.0-r0.apk', 'nobody/alpine/a/b/x86_64/c.apk']) {
    expect(await statusOf(`/api/packages/${path}`)).toBe(302);
  }
});

test('no way around through /api leads to a private file', async () => {
  for (const way of ['/api/../', '/api/%2e%2e/', '/api/%252e%252e/', '/v2/..%2f']) {
    const { output } = await runCommand('curl', [
      ...['-s', '--path-as-is', '-o', '/dev/null', '-w', '%{http_code} %{redirect_url}'],
      `${registry.url}${way}${MAIN}/x86_64/text-1.0-r0.apk`,
    ]);
    expect(output).toMatch(/^(?:401|404) $/);
  }
});

describe('what an owner says', () => {
  test('a repository of a private owner is made public, and private again', async () => {
    const repository = 'acme/v3.22/shown';
    await registry.publish(repository, await buildPackage({ name: 'shown' }));
    const index = `/${repository}/x86_64/APKINDEX.tar.gz`;
    expect(await statusOf(index)).toBe(401);
    const answer = await say(repository, 'public');
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { owner: 'acme', branch: 'v3.22', repository: 'shown', visibility: 'public', effective: 'public' },
    ]);
    expect(await statusOf(index)).toBe(200);
    expect(await statusOf(INDEX)).toBe(401);
    await say(repository, 'inherit');
    expect(await statusOf(index)).toBe(401);
  });

  test('a repository of a public owner is made private', async () => {
    await registry.publish('open/edge/main', await buildPackage());
    await registry.publish('open/edge/closed', await buildPackage());
    await say('open/edge/closed', 'private');
    await say('open', 'public');
    expect(await statusOf('/open/edge/main/x86_64/APKINDEX.tar.gz')).toBe(200);
    expect(await statusOf('/open/edge/closed/x86_64/APKINDEX.tar.gz')).toBe(401);
    await registry.publish('open/edge/closed', await buildPackage({ name: 'another' }));
    await registry.publish('open/edge/closed', await buildPackage({ arch: 'aarch64' }));
    expect(await statusOf('/open/edge/closed/x86_64/APKINDEX.tar.gz')).toBe(401);
  });
});

test('a token that has ended is refused at once', async () => {
  const ending = await readingToken(MAIN, registry.readers);
  expect(await statusOf(FILE, ending.token)).toBe(200);
  await ending.end();
  const endedAt = Date.now();
  await until('it is refused', async () => (await statusOf(FILE, ending.token)) === 401);
  process.stdout.write(`refused ${Date.now() - endedAt} ms after the token had ended\n`);
});

const isThere = (program: string) =>
  (process.env.PATH ?? '').split(':').some((folder) => {
    try {
      accessSync(`${folder}/${program}`, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** What each program is called with to read a URL with a user and a password, or with none. */
const PROGRAMS: Record<string, (url: string, login?: string) => string[]> = {
  curl: (url, login) => ['-sSf', '-o', '/dev/null', ...(login ? ['-u', login] : []), url],
  wget: (url, login) => ['-q', '-O', '/dev/null', login ? url.replace('//', `//${login}@`) : url],
  busybox: (url, login) => ['wget', '-q', '-O', '/dev/null', login ? url.replace('//', `//${login}@`) : url],
};

describe.each(Object.keys(PROGRAMS))('%s', (program) => {
  const run = async (path: string, login?: string) =>
    (await runCommand(program, PROGRAMS[program]?.(`${registry.url}${path}`, login) ?? [])).code;

  (isThere(program) ? test : test.skip)(
    'reads a private file with the token as password, and not without',
    async () => {
      expect(await run(FILE, `user:${token}`)).toBe(0);
      expect(await run(FILE)).not.toBe(0);
      expect(await run(FILE, 'user:wrong')).not.toBe(0);
      expect(await run('/acme/key')).toBe(0);
    },
  );
});
