import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IndexEntry } from '#apk/index-entry.ts';
import { decodeIndex } from '#apk/package-index.ts';
import { packageFile } from '#registry/object-keys.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { type ForeignKey, makeKey, writeForeignIndex } from '#test/support/foreign-repository.ts';
import { type ServedRegistry, START_TOKEN, serveRegistry } from '#test/support/served-registry.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { serveFolder, type WebServer } from '#test/support/web-server.ts';

let served: ServedRegistry;
let scratch: Awaited<ReturnType<typeof temporaryFolder>>;
let folder: string;
let key: ForeignKey;
let server: WebServer;
let owners = 0;
/** The repository that a test imports into. */
let to: string;

beforeAll(async () => {
  served = await serveRegistry();
}, 60_000);
afterAll(() => served.close());
beforeEach(async () => {
  scratch = await temporaryFolder();
  folder = join(scratch.folder, 'repository');
  key = await makeKey(join(scratch.folder, 'keys'));
  server = await serveFolder(folder);
  owners += 1;
  to = `owner-${owners}/v3.22/main`;
});
afterEach(async () => {
  await server.close();
  await scratch.remove();
});

const named = (name: string, contents = {}) => buildPackage({ name, ...contents });
const importFrom = (source: string, ...args: string[]) => served.run(['import', source, '--to', to, ...args]);
const run = (...args: string[]) => importFrom(server.url, '--keys', key.path, ...args);
const fetched = () => server.requests.map(({ path }) => path).filter((path) => path.endsWith('.apk'));

/** `{name}-{version}.apk` by what an index of the destination lists, once all its events were handled. */
async function listed(arch: string): Promise<string[]> {
  await served.registry.standIns.queue.idle();
  const response = await fetch(`${served.registry.url}/${to}/${arch}/APKINDEX.tar.gz`);
  if (response.status === 404) return [];
  return (await decodeIndex(Buffer.from(await response.arrayBuffer()))).map(({ info }) => packageFile(info));
}

async function writeSource() {
  const noarch = await named('doc', { arch: 'noarch' });
  const native = await Promise.all(['bar', 'foo', 'libstdc++'].map((name) => named(name)));
  await writeForeignIndex(folder, 'x86_64', { packages: [...native, noarch], key, algorithm: 'RSA' });
  await writeForeignIndex(folder, 'aarch64', {
    packages: [await named('foo', { arch: 'aarch64' }), noarch],
    key,
  });
}

test('every package of every architecture of another repository is published', async () => {
  await writeSource();
  const { code, stdout } = await run();
  expect(stdout).toMatch(/^published x86_64\/libstdc\+\+-1\.0-r0\.apk \(0\.\d kB\)$/m);
  expect(stdout).toMatch(/^5 published, 0 faults: \d\.\d kB in /m);
  expect(code).toBe(0);
  expect(await listed('x86_64')).toEqual([
    'bar-1.0-r0.apk',
    'doc-1.0-r0.apk',
    'foo-1.0-r0.apk',
    'libstdc++-1.0-r0.apk',
  ]);
  expect(await listed('aarch64')).toEqual(['doc-1.0-r0.apk', 'foo-1.0-r0.apk']);
  expect((await served.run(['verify', `${served.registry.url}/${to}`])).code).toBe(0);
});

test('what is there already is not even fetched', async () => {
  await writeSource();
  await run();
  await listed('x86_64');
  server.requests.length = 0;
  const { code, stdout } = await run();
  expect(stdout).toMatch(/^0 published, 5 already there, 0 faults: /m);
  expect(fetched()).toEqual([]);
  expect(code).toBe(0);
});

test('--dry-run says what would be published, and fetches and publishes none of it', async () => {
  await writeSource();
  const { code, stdout } = await run('--dry-run');
  expect(stdout).toContain('to be published aarch64/foo-1.0-r0.apk');
  expect(stdout).toMatch(/^0 published, 5 to be published, 0 faults: /m);
  expect(code).toBe(0);
  expect(fetched()).toEqual([]);
  expect(await listed('x86_64')).toEqual([]);
});

test('--json is one document', async () => {
  await writeForeignIndex(folder, 'x86_64', { packages: [await named('foo')], key });
  const { stdout } = await run('--json');
  expect(JSON.parse(stdout)).toEqual({
    published: ['x86_64/foo-1.0-r0.apk'],
    to_be_published: [],
    already_there: [],
    another_build_is_there: [],
    faults: [],
    warnings: [],
    bytes: expect.any(Number),
    seconds: expect.any(Number),
  });
});

test('without keys it is asked wrongly', async () => {
  await writeSource();
  const { code, stdout, stderr } = await importFrom(server.url);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^No keys for http/);
});

test('of an index that no trusted key has signed nothing is taken, unless that is allowed', async () => {
  await writeSource();
  const other = await makeKey(join(scratch.folder, 'other'), 'other.rsa.pub');
  const refused = await importFrom(server.url, '--keys', other.path);
  expect(refused.stdout).toContain(`FAULT x86_64/APKINDEX.tar.gz: is signed by ${key.keyFileName}`);
  expect(refused.code).toBe(1);
  expect(fetched()).toEqual([]);
  const allowed = await importFrom(server.url, '--allow-untrusted');
  expect(allowed.stdout).toContain('5 published');
  expect(allowed.code).toBe(0);
});

test('faulty packages are left out, and said; the others are published', async () => {
  const packages = await Promise.all(['changed', 'foo', 'gone', 'lied'].map((name) => named(name)));
  const edit = (entry: IndexEntry) => {
    if (entry.info.name === 'lied') entry.checksum = `Q1${'A'.repeat(27)}=`;
    return entry;
  };
  await writeForeignIndex(folder, 'x86_64', { packages, key, edit });
  const changed = Buffer.from(packages[0] ?? []);
  changed.writeUInt8(changed.readUInt8(changed.length - 20) ^ 1, changed.length - 20);
  await writeFile(join(folder, 'x86_64/changed-1.0-r0.apk'), changed);
  await rm(join(folder, 'x86_64/gone-1.0-r0.apk'));
  const { code, stdout } = await run();
  const faults = stdout
    .split('\n')
    .filter((line) => line.startsWith('FAULT'))
    .sort();
  expect(faults).toEqual([
    expect.stringMatching(/^FAULT x86_64\/changed-1\.0-r0\.apk: The gzip member/),
    expect.stringMatching(/^FAULT x86_64\/gone-1\.0-r0\.apk: is not there/),
    expect.stringMatching(/^FAULT x86_64\/lied-1\.0-r0\.apk: has the checksum/),
  ]);
  expect(code).toBe(1);
  expect(await listed('x86_64')).toEqual(['foo-1.0-r0.apk']);
});

test('what is there with other content is said', async () => {
  await writeForeignIndex(folder, 'x86_64', { packages: [await named('foo')], key });
  await run();
  await listed('x86_64');
  await writeForeignIndex(folder, 'x86_64', {
    packages: [await named('foo', { files: { 'usr/x': 'other' } })],
    key,
  });
  const { code, stdout } = await run();
  expect(stdout).toMatch(/^FAULT x86_64\/foo-1\.0-r0\.apk: .* is published already, with other content/m);
  expect(code).toBe(1);
});

test('a folder is imported by its indexes', async () => {
  await writeSource();
  const { code, stdout } = await importFrom(folder, '--keys', key.path);
  expect(stdout).toMatch(/^5 published, 0 faults: /m);
  expect(code).toBe(0);
});

test('a folder without indexes is imported by what is in it, if the packages themselves are signed', async () => {
  await mkdir(join(folder, 'x86_64'), { recursive: true });
  await writeFile(join(folder, 'x86_64/any name.apk'), await named('signed', { signers: [key] }));
  await writeFile(join(folder, 'x86_64/unsigned.apk'), await named('unsigned'));
  const trusting = await importFrom(folder, '--keys', key.path);
  expect(trusting.stdout).toContain('published x86_64/any name.apk');
  expect(trusting.stdout).toMatch(
    /^FAULT x86_64\/unsigned\.apk: is in no index, and has no signature of a key/m,
  );
  expect(trusting.code).toBe(1);
  const allowing = await importFrom(folder, '--allow-untrusted');
  expect(allowing.stdout).toMatch(/^1 published, 1 already there, 0 faults/m);
  expect(await listed('x86_64')).toEqual(['signed-1.0-r0.apk', 'unsigned-1.0-r0.apk']);
});

test('of what runs everywhere, and was built by each architecture as Alpine does, one build is enough', async () => {
  for (const arch of ['x86_64', 'aarch64']) {
    const packages = [
      await named('doc', { arch: 'noarch', files: { 'usr/doc': `built on ${arch}` } }),
      await named('foo', { arch }),
    ];
    const edit = (entry: IndexEntry) => ({ ...entry, info: { ...entry.info, arch } });
    await writeForeignIndex(folder, arch, { packages, key, edit });
  }
  const first = await run();
  expect(first.stdout).toMatch(/^3 published, 1 another build is there, 0 faults/m);
  expect(fetched().filter((path) => path.includes('doc'))).toHaveLength(1);
  expect(first.code).toBe(0);
  expect(await listed('x86_64')).toEqual(['doc-1.0-r0.apk', 'foo-1.0-r0.apk']);
  server.requests.length = 0;
  const second = await run();
  expect(second.stdout).toMatch(/^0 published, 3 already there, 1 another build is there, 0 faults/m);
  expect(fetched()).toEqual([]);
});

test('what runs everywhere and what has its name, but is of one architecture, are both imported', async () => {
  const noarch = await named('foo', { arch: 'noarch' });
  await writeForeignIndex(folder, 'x86_64', { packages: [noarch], key });
  await run();
  await listed('x86_64');
  await writeForeignIndex(folder, 'x86_64', { packages: [noarch, await named('foo')], key });
  expect((await run()).stdout).toMatch(/^1 published, 1 already there, 0 faults/m);
});

test('a mirror may keep noarch packages with those of the architecture', async () => {
  await writeForeignIndex(folder, 'x86_64', { packages: [await named('doc', { arch: 'noarch' })], key });
  await mkdir(join(folder, 'x86_64'), { recursive: true });
  await writeFile(join(folder, 'x86_64/doc-1.0-r0.apk'), await named('doc', { arch: 'noarch' }));
  await rm(join(folder, 'noarch'), { recursive: true });
  expect((await run()).stdout).toMatch(/^1 published, 0 faults/m);
});

test('a token that may not publish ends it at once', async () => {
  const packages = await Promise.all(Array.from({ length: 30 }, (_, i) => named(`p${i}`)));
  await writeForeignIndex(folder, 'x86_64', { packages, key });
  const token = await served.token(`read:${to}`);
  const ended = await served.run(['import', server.url, '--to', to, '--keys', key.path, '--jobs', '2'], {
    ALPENGLOW_TOKEN: token,
  });
  expect(ended.code).toBe(1);
  expect(ended.stdout).toMatch(/^0 published, 0 faults/m);
  expect(ended.stderr).toMatch(/publish/);
  expect(fetched().length).toBeLessThan(10);
});

test('a token that may publish but not read sends everything again, and it counts as there', async () => {
  await writeSource();
  await run();
  const visibility = await fetch(`${served.registry.url}/api/owners/${to.split('/')[0]}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${START_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ visibility: 'private' }),
  });
  expect(visibility.ok).toBe(true);
  const token = await served.token(`publish:${to}`);
  const ended = await served.run(['import', server.url, '--to', to, '--keys', key.path], {
    ALPENGLOW_TOKEN: token,
  });
  expect(ended.stdout).toMatch(/^WARNING x86_64\/APKINDEX\.tar\.gz of the destination cannot be read/m);
  expect(ended.stdout).toMatch(/^0 published, 5 already there, 0 faults/m);
  expect(ended.code).toBe(0);
});

test('the source is shown its own credentials, and never the token of the registry', async () => {
  await writeForeignIndex(folder, 'x86_64', { packages: [await named('foo')], key });
  const sent = () => new Set(server.requests.splice(0).map(({ authorization }) => authorization));
  await run('--dry-run');
  expect(sent()).toEqual(new Set([undefined]));
  await run('--dry-run', '--source-token', 'theirs');
  expect(sent()).toEqual(new Set(['Bearer theirs']));
  await importFrom(server.url.replace('//', '//jo:pw@'), '--keys', key.path, '--dry-run');
  expect(sent()).toEqual(new Set([`Basic ${Buffer.from('jo:pw').toString('base64')}`]));
});

test('a registry of ours is a source like any other', async () => {
  await writeSource();
  await run();
  await listed('x86_64');
  const source = `${served.registry.url}/${to}`;
  to = `copy-of-${to}`;
  const keys = await fetch(`${served.registry.url}/acme/${served.registry.keyFileName}`);
  const path = join(scratch.folder, served.registry.keyFileName);
  await writeFile(path, await keys.text());
  const { code, stdout } = await importFrom(source, '--keys', path);
  expect(stdout).toMatch(/^5 published, 0 faults/m);
  expect(code).toBe(0);
});

test('nothing is said to be imported where there is nothing', async () => {
  const { code, stderr } = await run();
  expect(code).toBe(1);
  expect(stderr).toMatch(/^There is nothing at http/);
});

test.each([
  ['no source', []],
  ['two sources', ['a', 'b']],
  ['no repository', ['.', '--to', 'acme/v3.22']],
  ['a folder that is not there', ['/none/such', '--to', 'acme/v3.22/main']],
  ['an unknown option', ['.', '--to', 'acme/v3.22/main', '--state', 'x']],
])('import of %s is asked wrongly', async (_, args) => {
  expect(await served.run(['import', ...args])).toMatchObject({ code: 2, stdout: '' });
});
