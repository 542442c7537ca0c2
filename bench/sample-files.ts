import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packTar } from '#apk/pack-tar.ts';
import type { PackageInfo } from '#apk/package-info.ts';
import { packageFile } from '#registry/object-keys.ts';
import { dataMember, identityOf } from '#test/support/build-package.ts';
import { file } from '#test/support/tar-members.ts';
import { sampleInfos } from './sample-infos.ts';

/** A package of which there is a file, with all that an index says of it. */
export interface SampleFile {
  info: PackageInfo;
  checksum: string;
  size: number;
  sha256: string;
  body: Buffer;
}

/** The files of the first `count` packages of `sampleInfos`, small but right. */
export async function sampleFiles(count: number): Promise<SampleFile[]> {
  const data = await dataMember([file('sample', 'sample')]);
  const datahash = createHash('sha256').update(data).digest('hex');
  const files: SampleFile[] = [];
  for (const info of sampleInfos()) {
    if (files.length === count) break;
    const control = await controlOf(info, datahash);
    const body = Buffer.concat([control, data]);
    const sha256 = createHash('sha256').update(body).digest('hex');
    files.push({ info, checksum: identityOf(control), size: body.length, sha256, body });
  }
  return files;
}

export async function writeFiles(files: readonly SampleFile[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { info, body } of files) await writeFile(join(folder, packageFile(info)), body);
}

async function controlOf(info: PackageInfo, datahash: string): Promise<Buffer> {
  const lines = [
    ['pkgname', info.name],
    ['pkgver', info.version],
    ['pkgdesc', info.description],
    ['url', info.url],
    ['builddate', info.buildTime],
    ['packager', info.maintainer],
    ['size', info.installedSize],
    ['arch', info.arch],
    ['origin', info.origin],
    ['commit', info.commit],
    ['maintainer', info.maintainer],
    ['license', info.license],
    ...info.depends.map((text) => ['depend', text]),
    ...info.provides.map((text) => ['provides', text]),
    ...(info.installIf.length > 0 ? [['install_if', info.installIf.join(' ')]] : []),
    ['datahash', datahash],
  ];
  const body = Buffer.from(lines.map(([key, value]) => `${key} = ${value}\n`).join(''));
  return gzipSync(await packTar([{ name: '.PKGINFO', body }], { cut: true }));
}
