import { execFileSync } from 'node:child_process';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ApkRoot, apkPath } from '#test/support/apk-client.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { runCommand } from '#test/support/command.ts';
import { describeWithApk } from '#test/support/describe-with-apk.ts';
import { registryUnderTest } from '#test/support/registry-under-test.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const registry = registryUnderTest();

/** Alpine's shell, where there is one. */
const shell = (() => {
  try {
    execFileSync('busybox', ['true']);
    return ['busybox', 'sh'] as const;
  } catch {
    return ['sh'] as const;
  }
})();

describeWithApk('setup.sh', () => {
  test(`makes a machine install, and again changes nothing (${shell.join(' ')})`, async () => {
    const repository = `${registry.owner}/v3.22/setup`;
    expect((await registry.put(repository, await buildPackage(), '?wait=20')).status).toBe(201);
    const script = await (await registry.fetch(`/${repository}/setup.sh`)).text();
    const root = await ApkRoot.create({ repositories: [], keys: {} });
    // Where apk is called apk.
    const { folder: bin, remove } = await temporaryFolder();
    try {
      await symlink(apkPath ?? 'apk', join(bin, 'apk'));
      const environment = [`ALPENGLOW_ROOT=${root.folder}`, `PATH=${bin}:${process.env.PATH}`];
      const line = `${registry.url}/${repository}\n`;
      for (let times = 0; times < 2; times++) {
        expect(await runCommand('env', [...environment, ...shell, '-c', script])).toMatchObject({ code: 0 });
        expect(await readFile(join(root.folder, 'etc/apk/repositories'), 'utf8')).toBe(line);
      }
      await root.add('foo');
      expect(await root.installed()).toContain('foo');
    } finally {
      await root.close();
      await remove();
    }
  });
});
