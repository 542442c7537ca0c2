import { execFileSync } from 'node:child_process';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ApkRoot, apkPath, describeWithApk } from '#test/support/apk-client.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { runCommand } from '#test/support/command.ts';
import { RunningRegistry } from '#test/support/running-registry.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const REPOSITORY = 'acme/v3.22/main';

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
  let registry: RunningRegistry;
  let root: ApkRoot;
  /** Where apk is called apk. */
  let bin: string;
  let removeBin: () => Promise<void>;
  beforeAll(async () => {
    registry = await RunningRegistry.start();
    expect((await registry.put(REPOSITORY, await buildPackage(), '?wait=20')).status).toBe(201);
    ({ folder: bin, remove: removeBin } = await temporaryFolder());
    await symlink(apkPath ?? 'apk', join(bin, 'apk'));
    root = await ApkRoot.create({ repositories: [], keys: {} });
  }, 90_000);
  afterAll(async () => {
    await root?.close();
    await removeBin?.();
    await registry?.close();
  });

  test(`makes a machine install, and again changes nothing (${shell.join(' ')})`, async () => {
    const script = await (await registry.fetch(`/${REPOSITORY}/setup.sh`)).text();
    const path = `${bin}:${process.env.PATH}`;
    const states: string[] = [];
    for (let times = 0; times < 2; times++) {
      const environment = [`ALPENGLOW_ROOT=${root.folder}`, `PATH=${path}`];
      expect(await runCommand('env', [...environment, ...shell, '-c', script])).toMatchObject({ code: 0 });
      states.push(await readFile(join(root.folder, 'etc/apk/repositories'), 'utf8'));
    }
    expect(states).toEqual([`${registry.url}/${REPOSITORY}\n`, `${registry.url}/${REPOSITORY}\n`]);
    await root.add('foo');
    expect(await root.installed()).toContain('foo');
  });
});
