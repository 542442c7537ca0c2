import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { IndexEntry } from '#apk/index-entry.ts';
import { main } from '#cli/main.ts';
import { alpenglow, type Ended } from '#test/support/alpenglow.ts';
import { buildMembers, buildPackage } from '#test/support/build-package.ts';
import { entryOf, type ForeignKey, makeKey, writeForeignIndex } from '#test/support/foreign-repository.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { TerminalScreen } from '#test/support/terminal-screen.ts';
import { serveFolder, type WebServer } from '#test/support/web-server.ts';

let scratch: Awaited<ReturnType<typeof temporaryFolder>>;
let folder: string;
let key: ForeignKey;
let server: WebServer;

beforeEach(async () => {
  scratch = await temporaryFolder();
  folder = join(scratch.folder, 'repository');
  key = await makeKey(join(scratch.folder, 'keys'));
  server = await serveFolder(folder);
});
afterEach(async () => {
  await server.close();
  await scratch.remove();
});

const named = (name: string, contents = {}) => buildPackage({ name, ...contents });
const verify = (...args: string[]) => alpenglow(['verify', server.url, '--keys', key.path, ...args]);
const faultsIn = ({ stdout }: Ended) => stdout.split('\n').filter((line) => line.startsWith('FAULT '));
const asked = (path: string) => server.requests.filter((request) => request.path === path).length;

/** A repository of x86_64 with two good packages and one that is as `spoil` makes it. */
async function writeWith(contents: { edit?: (entry: IndexEntry) => IndexEntry; more?: IndexEntry[] } = {}) {
  const packages = await Promise.all(['bad', 'bar', 'foo'].map((name) => named(name)));
  await writeForeignIndex(folder, 'x86_64', { packages, key, ...contents });
  return packages as [Buffer, Buffer, Buffer];
}

const ifBad = (edit: (entry: IndexEntry) => void) => (entry: IndexEntry) => {
  if (entry.info.name === 'bad') edit(entry);
  return entry;
};
const BAD = 'x86_64/bad-1.0-r0.apk';

test.each(['RSA', 'RSA256'] as const)(
  'a repository is right whose index is signed with %s by a key that is trusted',
  async (algorithm) => {
    const packages = [await named('foo'), await named('libstdc++')];
    await writeForeignIndex(folder, 'x86_64', { packages, key, algorithm });
    const { code, stdout } = await verify();
    expect(stdout).toMatch(/^x86_64: 2 packages, signed by jo@example.com-5f0c4c6e.rsa.pub$/m);
    expect(stdout).toMatch(/^1 index, 2 packages, .+ kB in .+ s, .+ MB\/s: 0 faults, 0 warnings$/m);
    expect(code).toBe(0);
  },
);

test('it may be a folder, or the URL of one, and --keys a folder of keys', async () => {
  await writeWith();
  for (const source of [folder, pathToFileURL(folder).href]) {
    const { code, stdout } = await alpenglow(['verify', source, '--keys', join(scratch.folder, 'keys')]);
    expect(stdout).toContain('1 index, 3 packages');
    expect(code).toBe(0);
  }
});

test('a noarch package of several indexes is fetched once, where apk fetches it', async () => {
  const [native, noarch] = [await named('foo'), await named('doc', { arch: 'noarch' })];
  await writeForeignIndex(folder, 'x86_64', { packages: [native, noarch], key });
  await writeForeignIndex(folder, 'aarch64', { packages: [noarch], key });
  const ended = await verify();
  expect(ended.stdout).toContain('2 indexes, 2 packages');
  expect(asked('/noarch/doc-1.0-r0.apk')).toBe(1);
  expect(ended.code).toBe(0);
});

test('what runs everywhere may be listed as of the architecture of its index, as Alpine does', async () => {
  const edit = (entry: IndexEntry) => ({ ...entry, info: { ...entry.info, arch: 'x86_64' } });
  await writeForeignIndex(folder, 'x86_64', {
    packages: [await named('doc', { arch: 'noarch' })],
    key,
    edit,
  });
  expect((await verify()).code).toBe(0);
});

test('one changed byte in one package is found, and the others are still read', async () => {
  const [bad] = await writeWith();
  bad.writeUInt8(bad.readUInt8(bad.length - 20) ^ 1, bad.length - 20);
  await writeFile(join(folder, BAD), bad);
  const ended = await verify();
  expect(faultsIn(ended)).toEqual([expect.stringContaining(`FAULT ${BAD}: The gzip member`)]);
  expect(ended.stdout).toContain('3 packages');
  expect(ended.code).toBe(1);
});

test.each([
  ['is not there', () => rm(join(folder, BAD)), 'is not there, though the index lists it'],
  ['is empty', () => writeFile(join(folder, BAD), ''), 'has 0 bytes, but the index says'],
  [
    'goes on',
    (bad: Buffer) => writeFile(join(folder, BAD), Buffer.concat([bad, bad])),
    'bytes, but the index says',
  ],
] as const)('a package that %s is a fault', async (_, spoil, message) => {
  const [bad] = await writeWith();
  await spoil(bad);
  const ended = await verify();
  expect(faultsIn(ended)).toEqual([expect.stringContaining(message)]);
  expect(ended.code).toBe(1);
});

test.each([
  [
    'a wrong size',
    ifBad((entry) => {
      entry.size += 1;
    }),
    /^FAULT x86_64\/bad-1\.0-r0\.apk: has \d+ bytes, but the index says \d+$/,
  ],
  [
    'a wrong checksum',
    ifBad((entry) => {
      entry.checksum = `Q1${'A'.repeat(27)}=`;
    }),
    /but the index says "Q1AAA/,
  ],
  [
    'a checksum of another kind',
    ifBad((entry) => {
      entry.checksum = `Q2${'A'.repeat(43)}=`;
    }),
    /has no checksum of a version 2 package/,
  ],
] as const)('an index that says %s of a package is a fault', async (_, edit, message) => {
  await writeWith({ edit });
  const ended = await verify();
  expect(faultsIn(ended)).toEqual([expect.stringMatching(message)]);
  expect(ended.code).toBe(1);
});

test('what is no file is a fault, and not waited for', async () => {
  await writeWith();
  await rm(join(folder, BAD));
  execFileSync('mkfifo', [join(folder, BAD)]);
  const ended = await alpenglow(['verify', folder, '--keys', key.path]);
  expect(faultsIn(ended)).toEqual([`FAULT ${BAD}: is not a file`]);
});

test('a package under the name of another is a fault', async () => {
  const foo = await named('foo', { version: '2.0-r0' });
  const edit = (entry: IndexEntry) => ({ ...entry, info: { ...entry.info, version: '3.0-r0' } });
  await writeForeignIndex(folder, 'x86_64', { packages: [foo], key, edit });
  await writeFile(join(folder, 'x86_64/foo-3.0-r0.apk'), foo);
  expect(faultsIn(await verify())).toEqual([
    'FAULT x86_64/foo-3.0-r0.apk: has the version "2.0-r0", but the index says "3.0-r0"',
  ]);
});

test('names that would lead elsewhere are faults, and nobody is asked for them', async () => {
  const entry = await entryOf(await named('foo'));
  const more = ['../../etc/passwd', 'a/b', 'a\u001b[2J'].map((name) => ({
    ...entry,
    info: { ...entry.info, name },
  }));
  await writeForeignIndex(folder, 'x86_64', { packages: [], key, more });
  const ended = await verify();
  expect(faultsIn(ended)).toHaveLength(3);
  expect(ended.stdout).not.toContain('\u001b');
  expect(server.requests.filter(({ path }) => !path.endsWith('APKINDEX.tar.gz'))).toEqual([]);
});

test('an index that no trusted key has signed is a fault, and nothing that it lists is fetched', async () => {
  await writeWith();
  const other = await makeKey(join(scratch.folder, 'other'), 'other.rsa.pub');
  const args = ['verify', server.url, '--keys', other.path];
  const ended = await alpenglow(args);
  expect(faultsIn(ended)).toEqual([
    `FAULT x86_64/APKINDEX.tar.gz: is signed by ${key.keyFileName}, and no key of that file name is trusted`,
  ]);
  expect(ended.code).toBe(1);
  expect(asked(`/${BAD}`)).toBe(0);
  const trusting = await alpenglow([...args, '--allow-untrusted']);
  expect(trusting.stdout).toContain('1 index, 3 packages');
  expect(trusting.code).toBe(0);
});

test('an index that nobody has signed is a fault', async () => {
  await writeForeignIndex(folder, 'x86_64', { packages: [await named('foo')] });
  expect(faultsIn(await verify())).toEqual(['FAULT x86_64/APKINDEX.tar.gz: is not signed']);
});

test('an index that was changed after it was signed is a fault', async () => {
  await writeWith();
  const path = join(folder, 'x86_64/APKINDEX.tar.gz');
  const index = await readFile(path);
  const signature = await readFile(path).then((bytes) =>
    bytes.subarray(0, bytes.indexOf('\x1f\x8b', 2, 'latin1')),
  );
  await writeForeignIndex(folder, 'x86_64', { packages: [await named('evil')], key });
  const evil = await readFile(path);
  await writeFile(path, Buffer.concat([signature, evil.subarray(evil.indexOf('\x1f\x8b', 2, 'latin1'))]));
  expect(index.equals(await readFile(path))).toBe(false);
  expect(faultsIn(await verify())).toEqual([
    `FAULT x86_64/APKINDEX.tar.gz: is not what ${key.keyFileName} has signed`,
  ]);
});

test('a package that apk 3 refuses is a warning that says so', async () => {
  const { control, data } = await buildMembers({
    name: 'foo',
    entries: [{ name: 'foo', content: 'x', mode: 0o644 }],
  });
  await writeForeignIndex(folder, 'x86_64', { packages: [Buffer.concat([control, data])], key });
  const { code, stdout } = await verify();
  expect(stdout).toMatch(/^WARNING x86_64\/foo-1\.0-r0\.apk: apk 3 refuses it: "foo" has no SHA-1/m);
  expect(code).toBe(0);
});

test('the architectures that are asked for must be there', async () => {
  await writeWith();
  const ended = await verify('--arch', 'x86_64', '--arch', 'mips_24kc');
  expect(faultsIn(ended)).toEqual(['FAULT mips_24kc/APKINDEX.tar.gz: is not there']);
});

test('a repository without any index is no good one', async () => {
  const { code, stderr } = await verify();
  expect(code).toBe(1);
  expect(stderr).toContain('There is no index at');
});

test('--jobs says how many packages are read at the same time', async () => {
  const packages = await Promise.all(Array.from({ length: 20 }, (_, i) => named(`p${i}`)));
  await writeForeignIndex(folder, 'x86_64', { packages, key });
  const { code } = await verify('--arch', 'x86_64', '--jobs', '3');
  expect(code).toBe(0);
  expect(server.mostAtOnce).toBeLessThanOrEqual(3);
  expect(server.mostAtOnce).toBeGreaterThan(1);
});

test('on a terminal a bar says how many packages are read, and is gone in the end', async () => {
  await writeWith({
    edit: ifBad((entry) => {
      entry.size += 1;
    }),
  });
  const screen = new TerminalScreen(100);
  const bars = new Set<string>();
  const write = (text: string) => {
    screen.write(text);
    for (const line of screen.lines.filter((each) => /\[=*>? *\]/.test(each))) bars.add(line.slice(-3));
  };
  const code = await main(['verify', server.url, '--keys', key.path, '--jobs', '1'], {
    environment: {},
    print: write,
    note: write,
    screen: { columns: () => 100, write },
  });
  expect(code).toBe(1);
  expect([...bars]).toContain('0/3');
  expect(screen.lines).toEqual([
    expect.stringMatching(/^x86_64: 3 packages, signed by/),
    expect.stringContaining(`FAULT ${BAD}`),
    expect.stringMatching(/^1 index, 3 packages/),
  ]);
});

test('--json is one document', async () => {
  await writeWith({
    edit: ifBad((entry) => {
      entry.size += 1;
    }),
  });
  const { code, stdout } = await verify('--json');
  expect(JSON.parse(stdout)).toEqual({
    indexes: [
      { arch: 'x86_64', packages: 3, trusted: true, signatures: [{ file: key.keyFileName, state: 'valid' }] },
    ],
    packages: 3,
    bytes: expect.any(Number),
    seconds: expect.any(Number),
    faults: [{ file: BAD, code: 'size-wrong', message: expect.any(String) }],
    warnings: [],
  });
  expect(code).toBe(1);
});

test('of a host that does not say its keys, it wants to be told them', async () => {
  await writeWith();
  const { code, stderr } = await alpenglow(['verify', `${server.url}/acme/v3.22/main`]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^No keys for http/);
});
