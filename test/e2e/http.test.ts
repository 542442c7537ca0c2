import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { basic, problemIn } from '#test/lambdas/api/api-under-test.ts';
import { buildMembers, buildPackage, identityOf } from '#test/support/build-package.ts';
import { runCommand } from '#test/support/command.ts';
import { expectListed, fetchIndex } from '#test/support/fetch-index.ts';
import { apiPath } from '#test/support/registry-client.ts';
import { registryUnderTest } from '#test/support/registry-under-test.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { until } from '#test/support/until.ts';

const registry = registryUnderTest();
const { owner } = registry;
const MAIN = `${owner}/v3.22/main`;
const API = apiPath(MAIN);

let folder: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ folder, remove } = await temporaryFolder());
});
afterAll(() => remove?.());

describe('PUT', () => {
  test('answers 201 and what was published', async () => {
    const { control, data } = await buildMembers({ name: 'libstdc++', version: '13.2.1-r0' });
    const file = Buffer.concat([control, data]);
    const response = await registry.put(MAIN, file, '?wait=20');
    expect(response.status).toBe(201);
    const url = `${registry.url}/${MAIN}/x86_64/libstdc%2B%2B-13.2.1-r0.apk`;
    expect(response.headers.get('location')).toBe(url);
    expect(await response.json()).toEqual({
      owner,
      branch: 'v3.22',
      repository: 'main',
      arch: 'x86_64',
      name: 'libstdc++',
      version: '13.2.1-r0',
      file: 'libstdc++-13.2.1-r0.apk',
      sha256: createHash('sha256').update(file).digest('hex'),
      size: file.length,
      checksum: identityOf(control),
      url,
      warnings: [],
      indexed: true,
    });
    const stored = await fetch(url);
    expect(Buffer.from(await stored.arrayBuffer())).toEqual(file);
  });

  test('with ?wait answers once the index lists the package', async () => {
    const response = await registry.put(MAIN, await buildPackage({ name: 'awaited' }), '?wait=20');
    expect(await response.json()).toMatchObject({ indexed: true });
    await expectListed(registry, `${MAIN}/x86_64`, 'awaited-1.0-r0.apk');
  });

  test('without ?wait, the package is listed soon after', async () => {
    const response = await registry.put(MAIN, await buildPackage({ name: 'unawaited' }));
    expect(await response.json()).toMatchObject({ indexed: false });
    await until('it is listed', async () => {
      const listed = await fetchIndex(registry, `${MAIN}/x86_64`);
      return listed?.includes('unawaited-1.0-r0.apk') ?? false;
    });
  });

  test('of the same file a second time answers 409, whatever is in it', async () => {
    expect((await registry.put(MAIN, await buildPackage({ name: 'twice' }))).status).toBe(201);
    for (const files of [undefined, { 'usr/other': 'another content' }]) {
      const response = await registry.put(MAIN, await buildPackage({ name: 'twice', files }));
      expect(response.status).toBe(409);
      const { code, detail } = await problemIn(response);
      expect(code).toBe('already-published');
      expect(detail).toMatch(
        files ? /twice-1\.0-r0\.apk.*Raise pkgrel/ : /twice-1\.0-r0\.apk.*nothing to do/,
      );
    }
  });

  test('of one file by many at once succeeds for one of them', async () => {
    const files = await Promise.all(
      Array.from({ length: 10 }, (_, i) => buildPackage({ name: 'raced', files: { 'usr/a': String(i) } })),
    );
    const answers = await Promise.all(files.map((file) => registry.put(MAIN, file)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array<number>(9).fill(409)]);
    const stored = await registry.fetch(`/${MAIN}/x86_64/raced-1.0-r0.apk`);
    const winner = files[answers.findIndex(({ status }) => status === 201)];
    expect(Buffer.from(await stored.arrayBuffer())).toEqual(winner);
  });

  test('by curl --upload-file, with the token as a header, a password or in the URL, answers 201', async () => {
    const ways = {
      header: ['-H', `Authorization: Bearer ${registry.token}`],
      password: ['--user', `anyone:${registry.token}`],
      url: [],
    };
    for (const [name, args] of Object.entries(ways)) {
      const path = join(folder, `uploaded as ${name}.apk`);
      await writeFile(path, await buildPackage({ name }));
      const base = name === 'url' ? registry.url.replace('//', `//me:${registry.token}@`) : registry.url;
      const common = ['-sS', '-m', '20', '-w', '%{http_code}', '-o', '/dev/null', '--upload-file', path];
      const { output } = await runCommand('curl', [...common, ...args, `${base}${API}`]);
      expect([name, output]).toEqual([name, '201']);
    }
  });
});

describe('a token', () => {
  const attempts = [
    ['is missing', {}],
    ['is wrong', { authorization: 'Bearer wrong-token' }],
    ['is empty', { authorization: 'Bearer ' }],
    ['is the user name of Basic beside a password', basic(`${registry.token}:x`)],
    ['is cut', basic(`user:${registry.token.slice(0, -1)}`)],
    ['stands alone', { authorization: registry.token }],
  ] as const;

  test.each(attempts)('that %s is answered 401, and nothing is published', async (why, headers) => {
    const name = `unauthorized-${why.replaceAll(' ', '-')}`;
    const body = await buildPackage({ name });
    const file = `${name}-1.0-r0.apk`;
    for (const [method, path] of [
      ['PUT', API],
      ['DELETE', `${API}/x86_64/${file}`],
      ['POST', `/v2/packages/organizations/${owner}/registries/tools/packages`],
    ] as const) {
      const sent = method === 'DELETE' ? undefined : body;
      const response = await registry.fetch(path, { method, body: sent, headers });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
      expect((await problemIn(response)).code).toBe('unauthorized');
    }
    expect((await registry.fetch(`/${MAIN}/x86_64/${file}`)).status).toBe(404);
    expect((await registry.put(MAIN, body)).status).toBe(201);
  });

  test('is asked for before anything is said about the names or the file', async () => {
    const response = await registry.fetch('/api/packages/api/alpine/-/-', { method: 'PUT', body: 'x' });
    expect(response.status).toBe(401);
  });
});

/** Expects a 404 as soon as caches have forgotten the file. */
const expectGone = (path: string) =>
  until(`${path} is gone`, async () => (await registry.fetch(path)).status === 404, registry.cacheSeconds);

describe('DELETE', () => {
  const remove = (path: string) => registry.asPublisher(`${API}/x86_64/${path}`, { method: 'DELETE' });

  test('answers 204, then 404; the file and its line in the index are gone', async () => {
    await registry.put(MAIN, await buildPackage({ name: 'kept' }), '?wait=20');
    await registry.put(MAIN, await buildPackage({ name: 'gone' }), '?wait=20');
    const response = await remove('gone-1.0-r0.apk');
    expect(response.status).toBe(204);
    expect(await response.text()).toBe('');
    expect((await registry.fetch(`/${MAIN}/x86_64/gone-1.0-r0.apk`)).status).toBe(404);
    await until('it is not listed', async () => {
      const listed = await fetchIndex(registry, `${MAIN}/x86_64`);
      return listed?.includes('gone-1.0-r0.apk') === false;
    });
    await expectListed(registry, `${MAIN}/x86_64`, 'kept-1.0-r0.apk');
    const again = await remove('gone-1.0-r0.apk');
    expect(again.status).toBe(404);
    expect((await problemIn(again)).detail).toContain('gone-1.0-r0.apk');
  });

  test('of the last package takes the index away', async () => {
    const repository = `${owner}/v3.22/emptied`;
    await registry.put(repository, await buildPackage(), '?wait=20');
    expect((await registry.delete(repository, 'x86_64', 'foo-1.0-r0.apk')).status).toBe(204);
    await until('no index', async () => (await fetchIndex(registry, `${repository}/x86_64`)) === undefined);
    await registry.put(repository, await buildPackage({ name: 'next' }), '?wait=20');
    await until('the next one is alone', async () => {
      const listed = await fetchIndex(registry, `${repository}/x86_64`);
      return listed?.join() === 'next-1.0-r0.apk';
    });
  });

  test.each([
    ['raw', 'c++raw-1.0~ab-r0.apk'],
    ['encoded', 'c%2B%2Bencoded-1.0%7Eab-r0.apk'],
    ['encoded in lower case', 'c%2b%2blower-1.0%7eab-r0.apk'],
  ])('takes + and ~ %s', async (_how, path) => {
    const [, name = ''] = /^(.*)-1\.0/.exec(decodeURIComponent(path)) ?? [];
    await registry.put(MAIN, await buildPackage({ name, version: '1.0~ab-r0' }), '?wait=20');
    expect((await registry.fetch(`/${MAIN}/x86_64/${path}`)).status).toBe(200);
    expect((await remove(path)).status).toBe(204);
    await expectGone(`/${MAIN}/x86_64/${path}`);
    expect((await remove(path)).status).toBe(404);
  });

  test('and a PUT of the same name right after it leave the new file', async () => {
    await registry.put(MAIN, await buildPackage({ name: 'again' }), '?wait=20');
    const next = await buildPackage({ name: 'again', files: { 'usr/new': 'new' } });
    expect((await remove('again-1.0-r0.apk')).status).toBe(204);
    const response = await registry.put(MAIN, next, '?wait=20');
    expect([response.status, await response.json()]).toMatchObject([201, { indexed: true }]);
    const stored = await registry.fetch(`/${MAIN}/x86_64/again-1.0-r0.apk`);
    expect(Buffer.from(await stored.arrayBuffer())).toEqual(next);
  });

  test.each(['APKINDEX.tar.gz', 'never-1.0-r0.apk', 'foo', '..', '.apk', 'foo-1.0-r0.apk%2F..'])(
    'of %s, which is no published package, answers 404',
    async (file) => {
      expect((await remove(file)).status).toBe(404);
    },
  );
});
