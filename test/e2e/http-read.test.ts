import { createPublicKey } from 'node:crypto';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { formWith, jsonIn, problemIn } from '#test/lambdas/api/api-under-test.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { runCommand } from '#test/support/command.ts';
import { fetchIndex } from '#test/support/fetch-index.ts';
import { apiPath } from '#test/support/registry-client.ts';
import { registryUnderTest } from '#test/support/registry-under-test.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const registry = registryUnderTest();
const { owner } = registry;
const MAIN = `${owner}/v3.22/main`;
const INDEX = `/${MAIN}/x86_64/APKINDEX.tar.gz`;
const FILE = `/${MAIN}/x86_64/libfoo++-1.0-r0.apk`;

let folder: string;
let remove: () => Promise<void>;
let file: Buffer;
beforeAll(async () => {
  ({ folder, remove } = await temporaryFolder());
  file = await buildPackage({ name: 'libfoo++' });
  await registry.put(MAIN, file, '?wait=20');
  await registry.put(MAIN, await buildPackage({ name: 'doc', arch: 'noarch' }), '?wait=20');
});
afterAll(() => remove?.());

const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

/** What apk looks for in /etc/apk/keys: the end of the first entry's name. */
async function keyNameInIndex(): Promise<string> {
  const tar = gunzipSync(await bytesOf(await registry.fetch(INDEX)));
  const entry = tar.subarray(0, tar.indexOf(0)).toString();
  return entry.replace(/^\.SIGN\.RSA256\./, '');
}

describe('the key', () => {
  test.each([
    `/api/packages/${owner}/alpine/key`,
    `/${owner}/key`,
    `/${owner}/tools/rsakey`,
    `/${owner.toUpperCase()}/key`,
  ])('is saved by curl -JO %s under the name that is in the index', async (path) => {
    const cwd = await mkdtemp(join(folder, 'key-'));
    const { code } = await runCommand('curl', ['-sSfJO', '-m', '10', `${registry.url}${path}`], { cwd });
    expect(code).toBe(0);
    const name = await keyNameInIndex();
    expect(await readdir(cwd)).toEqual([name]);
    const saved = await readFile(join(cwd, name), 'utf8');
    expect(createPublicKey(saved).asymmetricKeyDetails?.modulusLength).toBe(4096);
    expect(await (await registry.fetch(`/${owner}/${name}`)).text()).toBe(saved);
  });

  test('has a name of its own in every registry', async () => {
    expect(await keyNameInIndex()).toMatch(/^[a-z0-9.-]+-[0-9a-f]{8}\.rsa\.pub$/);
  });

  test('is there before the first package', async () => {
    expect((await registry.fetch('/newcomer/key')).status).toBe(200);
  });
});

describe.each([
  ['an index', INDEX, 'max-age=10'],
  ['a package', FILE, 'max-age=86400'],
])('%s', (_what, path, caching) => {
  test('has with HEAD the headers that it has with GET', async () => {
    const [head, got] = [await registry.fetch(path, { method: 'HEAD' }), await registry.fetch(path)];
    expect([head.status, got.status]).toEqual([200, 200]);
    const body = await bytesOf(got);
    expect(head.headers.get('content-length')).toBe(String(body.length));
    expect(head.headers.get('cache-control')).toBe(caching);
    expect((await bytesOf(head)).length).toBe(0);
    for (const name of ['etag', 'last-modified', 'content-length', 'content-type', 'accept-ranges']) {
      expect([name, head.headers.get(name)]).toEqual([name, got.headers.get(name)]);
      expect(head.headers.get(name)).toBeTruthy();
    }
    expect([...head.headers.keys()].filter((name) => name.startsWith('x-amz'))).toEqual([]);
  });

  test('is not sent again to who has it', async () => {
    const { headers } = await registry.fetch(path, { method: 'HEAD' });
    const [etag = '', modified = ''] = [headers.get('etag') ?? '', headers.get('last-modified') ?? ''];
    const status = async (header: string, value: string) =>
      (await registry.fetch(path, { headers: { [header]: value } })).status;
    expect(await status('if-none-match', etag)).toBe(304);
    expect(await status('if-none-match', '"another"')).toBe(200);
    expect(await status('if-modified-since', modified)).toBe(304);
    expect(await status('if-modified-since', new Date(Date.parse(modified) - 1000).toUTCString())).toBe(200);
  });

  test('is sent in parts', async () => {
    const whole = await bytesOf(await registry.fetch(path));
    const part = await registry.fetch(path, { headers: { range: 'bytes=10-19' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 10-19/${whole.length}`);
    expect(await bytesOf(part)).toEqual(whole.subarray(10, 20));
    const rest = await registry.fetch(path, { headers: { range: `bytes=${whole.length - 5}-` } });
    expect(await bytesOf(rest)).toEqual(whole.subarray(-5));
    const beyond = await registry.fetch(path, { headers: { range: `bytes=${whole.length}-` } });
    expect(beyond.status).toBe(416);
  });
});

test.each(['libfoo++-1.0-r0.apk', 'libfoo%2B%2B-1.0-r0.apk', 'libfoo%2b%2B-1.0-r0.apk'])(
  "Forgejo's address of %s leads to the file",
  async (name) => {
    const path = `${apiPath(MAIN)}/x86_64/${name}`;
    for (const method of ['GET', 'HEAD']) {
      const response = await registry.fetch(path, { method });
      expect(response.status).toBe(302);
      expect(response.headers.get('location')).toMatch(new RegExp(`^/${MAIN}/x86_64/libfoo`));
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
    expect(await bytesOf(await registry.fetch(path, { redirect: 'follow' }))).toEqual(file);
  },
);

test.each(['GET', 'HEAD'])(
  '%s of what is not there is a small 404 that no client takes for a file',
  async (method) => {
    const paths = [
      FILE.replace('foo', 'bar'),
      INDEX.replace('main', 'none'),
      INDEX.replace('APKINDEX.tar.gz', 'Packages.adb'),
      `/${owner}/none.rsa.pub`,
      '/nobody/v3.22/main/x86_64/a-1.apk',
      '/favicon.ico',
      `/${MAIN}/x86_64/`,
      `/${owner}/v3.22`,
      '/',
    ];
    for (const path of paths) {
      const response = await registry.fetch(path, { method, redirect: 'follow' });
      expect([path, response.status]).toEqual([path, 404]);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect((await bytesOf(response)).length).toBeLessThan(600);
    }
  },
);

describe("Buildkite's addresses", () => {
  const PACKAGES = `/v2/packages/organizations/${owner}/registries/tools/packages`;

  test('take a form and show the package under its line, byte for byte', async () => {
    const tool = await buildPackage({ name: 'tool++' });
    const form = formWith(['file', tool]);
    const response = await registry.asPublisher(`${PACKAGES}?wait=20`, {
      method: 'POST',
      body: form.body,
    });
    expect(response.status).toBe(200);
    const answer = await jsonIn<{ url: string }>(response);
    expect(answer).toMatchObject({
      id: expect.any(String),
      name: 'tool++',
      version: '1.0-r0',
      web_url: expect.any(String),
      registry: { slug: 'tools', type: 'alpine' },
      organization: { slug: owner },
      warnings: [],
      indexed: true,
    });
    expect(await bytesOf(await fetch(answer.url))).toEqual(tool);
    const line = `${owner}/tools/alpine_any/alpine_any/main/x86_64`;
    expect(await fetchIndex(registry, line)).toEqual(['tool++-1.0-r0.apk']);
    expect(await bytesOf(await registry.fetch(`/${line}/tool++-1.0-r0.apk`))).toEqual(tool);
  });

  test("take curl's form, and refuse it a second time", async () => {
    const path = join(folder, 'curled.apk');
    await writeFile(path, await buildPackage({ name: 'curled' }));
    const args = [
      '-sS',
      '-m',
      '20',
      '-w',
      '%{http_code}',
      '-o',
      join(folder, 'answer'),
      '-H',
      `Authorization: Bearer ${registry.token}`,
      '-X',
      'POST',
      `${registry.url}${PACKAGES}`,
      '-F',
      `file=@${path}`,
    ];
    expect((await runCommand('curl', args)).output).toBe('200');
    expect((await runCommand('curl', args)).output).toBe('409');
    expect(JSON.parse(await readFile(join(folder, 'answer'), 'utf8'))).toMatchObject({
      code: 'already-published',
    });
  });

  test('refuse a form without the file with how to send it', async () => {
    const response = await registry.asPublisher(PACKAGES, {
      method: 'POST',
      body: formWith(['package', file]).body,
    });
    expect(response.status).toBe(400);
    expect((await problemIn(response)).detail).toContain('file=@');
  });
});
