import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inOneChunk } from '#apk/byte-source.ts';
import { readPackage } from '#apk/package.ts';
import { encodeIndex, openSegments } from '#apk/package-index.ts';
import { emptyPackageInfo } from '#apk/package-info.ts';
import { signIndex } from '#registry/sign-index.ts';
import { ApkRoot } from '#test/support/apk-client.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { describeWithApk } from '#test/support/describe-with-apk.ts';
import { localSigner } from '#test/support/local-signer.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

/** So many that there are several segments. */
const OTHERS = 3_000;

const otherEntry = (i: number) => ({
  info: { ...emptyPackageInfo(), name: `other-${i}`, version: `1.${i}-r0`, arch: 'x86_64' },
  checksum: `Q1${createHash('sha1').update(String(i)).digest('base64')}`,
  size: i,
});

describeWithApk('an index in segments', () => {
  test('is one index to apk, which finds each package in it and installs', async () => {
    const { folder, remove } = await temporaryFolder();
    const signer = localSigner('signing-key');
    const file = await buildPackage({ name: 'foo' });
    const { info, checksum, size } = await readPackage(inOneChunk(file));
    const others = Array.from({ length: OTHERS }, (_, i) => otherEntry(i));
    const index = await encodeIndex([...others, { info, checksum, size }], 'main');
    expect(openSegments(index)?.length).toBeGreaterThan(3);
    await mkdir(join(folder, 'x86_64'));
    await writeFile(join(folder, 'x86_64/APKINDEX.tar.gz'), await signIndex(index, [signer]));
    await writeFile(join(folder, 'x86_64/foo-1.0-r0.apk'), file);
    const keys = { [await signer.keyFileName()]: await signer.publicKey() };
    const root = await ApkRoot.create({ repositories: [folder], keys });
    try {
      await root.update();
      const { stdout } = await root.run('search');
      expect(stdout.trim().split('\n').sort()).toEqual(
        [...others.map(({ info: { name, version } }) => `${name}-${version}`), 'foo-1.0-r0'].sort(),
      );
      await root.add('foo');
      expect(await root.installed()).toEqual(['foo']);
    } finally {
      await root.close();
      await remove();
    }
  });
});
