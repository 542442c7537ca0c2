import { ApkRoot, keysOf } from '#test/support/apk-client.ts';
import { buildPackage, type PackageContents } from '#test/support/build-package.ts';
import { runCommand } from '#test/support/command.ts';
import { describeWithApk } from '#test/support/describe-with-apk.ts';
import { fetchIndex } from '#test/support/fetch-index.ts';
import { registryUnderTest } from '#test/support/registry-under-test.ts';
import { until } from '#test/support/until.ts';

const registry = registryUnderTest();
const ARCHITECTURES = ['x86_64', 'aarch64'];
const TOOL = 'usr/share/tool/version';

let keys: Record<string, string>;
beforeAll(async () => {
  keys = await keysOf(registry);
});

async function publish(repository: string, contents: PackageContents): Promise<Buffer> {
  const file = await buildPackage(contents);
  const response = await registry.put(repository, file, '?wait=20');
  expect([response.status, await response.json()]).toEqual([201, expect.objectContaining({ indexed: true })]);
  return file;
}

/** Lets a machine of `arch` with nothing on it do something. */
async function on<T>(arch: string, repository: string, act: (root: ApkRoot) => Promise<T>): Promise<T> {
  const root = await ApkRoot.create({ repositories: [`${registry.url}/${repository}`], keys, arch });
  try {
    return await act(root);
  } finally {
    await root.close();
  }
}

const install = (arch: string, repository: string, name: string, path: string) =>
  on(arch, repository, async (root) => {
    await root.update();
    await root.add(name);
    return (await root.read(path)).toString();
  });

const isListed = async (repository: string, arch: string, file: string) =>
  (await fetchIndex(registry, `${repository}/${arch}`))?.includes(file) ?? false;

describeWithApk('apk and packages for every architecture', () => {
  test.each(ARCHITECTURES)(
    'the first package of a repository, a noarch one, is installed on %s',
    async (arch) => {
      const repository = `${registry.owner}/v3.22/first-${arch}`;
      await publish(repository, { name: 'doc', arch: 'noarch' });
      const text = await install(arch, repository, 'doc', 'usr/share/doc/version');
      expect(text).toBe('doc 1.0-r0 noarch\n');
    },
  );

  test('a native package beside a noarch one is installed with it, and only where it runs', async () => {
    const repository = `${registry.owner}/v3.22/mixed`;
    await publish(repository, { name: 'doc', arch: 'noarch' });
    await publish(repository, { name: 'tool' });
    await on('x86_64', repository, async (root) => {
      await root.add('doc', 'tool');
      expect((await root.read('usr/share/doc/version')).toString()).toBe('doc 1.0-r0 noarch\n');
      expect((await root.read(TOOL)).toString()).toBe('tool 1.0-r0 x86_64\n');
    });
    await on('aarch64', repository, async (root) => {
      expect((await root.run('add', '--no-scripts', 'tool')).code).not.toBe(0);
      await root.add('doc');
    });
  });

  test.each([
    ['native', 'x86_64', 'noarch'],
    ['noarch', 'noarch', 'x86_64'],
  ])(
    'after the %s one of two packages with one name and version is deleted, the other is installed',
    async (_which, deleted, kept) => {
      const repository = `${registry.owner}/v3.22/twins-${deleted}`;
      await publish(repository, { name: 'tool', arch: 'noarch' });
      await publish(repository, { name: 'tool', arch: 'x86_64' });
      expect((await registry.delete(repository, deleted, 'tool-1.0-r0.apk')).status).toBe(204);
      await until('one is left', async () => {
        const listed = await fetchIndex(registry, `${repository}/x86_64`);
        return listed?.length === 1;
      });
      expect(await install('x86_64', repository, 'tool', TOOL)).toBe(`tool 1.0-r0 ${kept}\n`);
    },
  );

  test.each([
    ['native', 'x86_64', 'tool', 'doc'],
    ['noarch', 'noarch', 'doc', 'tool'],
  ])('deleting the %s package leaves the other one', async (_which, arch, deleted, kept) => {
    const repository = `${registry.owner}/v3.22/deletes-${deleted}`;
    await publish(repository, { name: 'doc', arch: 'noarch' });
    await publish(repository, { name: 'tool' });
    expect((await registry.delete(repository, arch, `${deleted}-1.0-r0.apk`)).status).toBe(204);
    await until(
      'it is not listed',
      async () => !(await isListed(repository, 'x86_64', `${deleted}-1.0-r0.apk`)),
    );
    await on('x86_64', repository, async (root) => {
      await root.update();
      expect(await root.versionsOf(deleted)).toEqual([]);
      await root.add(kept);
    });
  });

  test('after the last native package, a repository is still one of noarch packages', async () => {
    const repository = `${registry.owner}/v3.22/last-native`;
    await publish(repository, { name: 'doc', arch: 'noarch' });
    await publish(repository, { name: 'tool' });
    await registry.delete(repository, 'x86_64', 'tool-1.0-r0.apk');
    await until('it is gone', async () => !(await isListed(repository, 'x86_64', 'tool-1.0-r0.apk')));
    for (const arch of ARCHITECTURES) await install(arch, repository, 'doc', 'usr/share/doc/version');
  });
});

test('a noarch package is found under every architecture, as apko and plain mirrors ask', async () => {
  const repository = `${registry.owner}/v3.22/fallback`;
  const file = await publish(repository, { name: 'doc++', arch: 'noarch' });
  await publish(repository, { name: 'tool' });
  for (const arch of [...ARCHITECTURES, 'riscv64']) {
    const url = `${registry.url}/${repository}/${arch}/doc++-1.0-r0.apk`;
    const head = await runCommand('curl', ['-sSfLI', '-m', '10', url]);
    expect(head.code).toBe(0);
    expect(head.output).toMatch(new RegExp(`^content-length: ${file.length}\r$`, 'im'));
    expect(head.output).toMatch(/^etag: "/im);
    const got = await fetch(url);
    expect(Buffer.from(await got.arrayBuffer())).toEqual(file);
  }
});
