import { generateKeyPair } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ApkRoot, type ApkRootOptions, keysOf } from '#test/support/apk-client.ts';
import { buildPackage, type PackageContents } from '#test/support/build-package.ts';
import { describeWithApk } from '#test/support/describe-with-apk.ts';
import { filesOf, readInstalled } from '#test/support/installed-files.ts';
import { registryUnderTest } from '#test/support/registry-under-test.ts';
import { until } from '#test/support/until.ts';

const registry = registryUnderTest();
const { owner } = registry;
let keys: Record<string, string>;
const roots: ApkRoot[] = [];

beforeAll(async () => {
  keys = await keysOf(registry);
});
afterEach(async () => {
  await Promise.all(roots.splice(0).map((root) => root.close()));
});

async function publish(repository: string, contents: PackageContents | Uint8Array): Promise<Uint8Array> {
  const file = contents instanceof Uint8Array ? contents : await buildPackage(contents);
  const response = await registry.put(repository, file, '?wait=20');
  expect([response.status, await response.json()]).toEqual([201, expect.objectContaining({ indexed: true })]);
  return file;
}

/** A machine that knows one repository, and the registry's key unless told otherwise. */
async function machine(line: string, options: Partial<ApkRootOptions> = {}): Promise<ApkRoot> {
  const root = await ApkRoot.create({ repositories: [line], keys, ...options });
  roots.push(root);
  return root;
}

async function expectInstalled(root: ApkRoot, file: Uint8Array): Promise<void> {
  const expected = await filesOf(file);
  expect(expected).not.toHaveLength(0);
  expect(await readInstalled(root.folder, expected)).toEqual(expected);
}

/** What the real packages need of a system, in a package that has none of it. */
const STUB: PackageContents = {
  name: 'stub',
  fields: {
    provides: [
      '/bin/sh',
      'so:ld-linux-x86-64.so.2=2',
      'so:libc.so.6=6',
      'so:libc.musl-aarch64.so.1=1',
      'alpine-baselayout-data=3.2.0-r23',
    ],
  },
};

const REAL_PACKAGES = [
  { file: 'hello-wolfi-2.12.1-r0.apk', name: 'hello-wolfi', arch: 'x86_64' },
  { file: 'alpine-baselayout-3.2.0-r23.apk', name: 'alpine-baselayout', arch: 'aarch64' },
].map((each) => ({ ...each, bytes: readIfPresent(join(__dirname, '../../../shared/apks', each.file)) }));

function readIfPresent(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    process.stdout.write(`skipped: ${path} is not here\n`);
    return undefined;
  }
}

describeWithApk('apk', () => {
  const lines = {
    'the plain URL': (url: string) => `${url}/${owner}/alpine_any/tools`,
    "Forgejo's line": (url: string) => `${url}/api/packages/${owner}/alpine/alpine_any/tools`,
    "Buildkite's line": (url: string) => `${url}/${owner}/tools/alpine_any/alpine_any/main`,
    'a line with a token': (url: string) =>
      `${url.replace('//', `//user:${registry.token}@`)}/${owner}/alpine_any/tools`,
    'a line with a wrong token': (url: string) =>
      `${url.replace('//', '//user:no@')}/${owner}/alpine_any/tools`,
    'an owner in upper case': (url: string) => `${url}/${owner.toUpperCase()}/alpine_any/tools`,
  };
  let published: Uint8Array[];
  beforeAll(async () => {
    const contents: PackageContents[] = [
      { name: 'libstdc++', version: '13.2.1-r0' },
      { name: 'hashed', version: '1.0_git20240101~abc123-r0' },
      { name: 'text', arch: 'noarch' },
    ];
    published = await Promise.all(contents.map((each) => publish(`${owner}/alpine_any/tools`, each)));
  });

  test.each(Object.keys(lines) as (keyof typeof lines)[])(
    'installs what was published, byte for byte, through %s',
    async (kind) => {
      const root = await machine(lines[kind](registry.url));
      await root.update();
      expect(await root.versionsOf('libstdc++')).toEqual(['13.2.1-r0']);
      await root.add('libstdc++', 'hashed', 'text');
      for (const file of published) await expectInstalled(root, file);
      expect((await root.installed()).sort()).toEqual(['hashed', 'libstdc++', 'text']);
    },
  );

  test('installs without a cache of indexes, too', async () => {
    const root = await machine(lines['the plain URL'](registry.url));
    await root.add('--no-cache', 'libstdc++');
    await expectInstalled(root, published[0] as Uint8Array);
  });

  describe.each(REAL_PACKAGES)('$file', ({ name, arch, bytes }) => {
    (bytes === undefined ? test.skip : test)('is installed as its authors built it', async () => {
      const repository = `${owner}/v3.22/${name}`;
      await publish(repository, { ...STUB, arch });
      const file = await publish(repository, bytes as Buffer);
      const root = await machine(`${registry.url}/${repository}`, { arch });
      await root.update();
      await root.add(name);
      await expectInstalled(root, file);
      expect((await root.installed()).sort()).toEqual([name, 'stub'].sort());
    });
  });

  test('keeps the scripts of a package', async () => {
    const scripts = {
      '.post-install': '#!/bin/sh\necho after\n',
      '.pre-deinstall': '#!/bin/sh\necho before\n',
    };
    await publish(`${owner}/v3.22/scripts`, { name: 'scripted', scripts });
    const root = await machine(`${registry.url}/${owner}/v3.22/scripts`);
    await root.add('scripted');
    const kept = await root.keptScripts();
    for (const script of Object.values(scripts)) expect(kept).toContain(script);
  });

  test('sees an upgrade after apk update', async () => {
    const repository = `${owner}/v3.22/upgrades`;
    await publish(repository, { name: 'tool', version: '1.0-r0' });
    const root = await machine(`${registry.url}/${repository}`);
    await root.update();
    await root.add('tool');
    await root.untilNextSecond();
    const next = await publish(repository, { name: 'tool', version: '1.1-r0' });
    await until(
      'the newer version is offered',
      async () => {
        await root.update();
        return (await root.versionsOf('tool')).includes('1.1-r0');
      },
      registry.cacheSeconds,
    );
    await root.upgrade();
    await expectInstalled(root, next);
  });

  test('is no longer offered what was deleted', async () => {
    const repository = `${owner}/v3.22/deletes`;
    await publish(repository, { name: 'kept' });
    await publish(repository, { name: 'tool', version: '1.0-r0' });
    await publish(repository, { name: 'tool', version: '1.1-r0' });
    const root = await machine(`${registry.url}/${repository}`);
    await root.update();
    await root.untilNextSecond();
    expect((await registry.delete(repository, 'x86_64', 'tool-1.1-r0.apk')).status).toBe(204);
    await until('the newest version is gone', async () => {
      await root.update();
      return (await root.versionsOf('tool')).join() === '1.0-r0';
    });
    await root.add('tool');
    expect(await root.read('usr/share/tool/version')).toEqual(Buffer.from('tool 1.0-r0 x86_64\n'));
  });

  test('refuses an index whose key it does not have', async () => {
    const root = await machine(lines['the plain URL'](registry.url), { keys: {} });
    const { code, output } = await root.run('update');
    expect(code).not.toBe(0);
    expect(output).toMatch(/untrusted/i);
    expect((await root.run('add', '--no-scripts', 'libstdc++')).code).not.toBe(0);
    expect(await root.installed()).toEqual([]);
  });

  test('refuses an index signed with another key of the same name', async () => {
    const [name = ''] = Object.keys(keys);
    const { publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 4096 });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const root = await machine(lines['the plain URL'](registry.url), { keys: { [name]: pem } });
    expect((await root.run('update')).code).not.toBe(0);
  });
});
