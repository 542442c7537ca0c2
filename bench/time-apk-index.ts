import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { buildPackage } from '#test/support/build-package.ts';

const FLAGS = [
  'index',
  '--allow-untrusted',
  '--no-warnings',
  '--rewrite-arch',
  'x86_64',
  '-o',
  'APKINDEX.tar.gz',
];

/**
 * What a script does with each new package: puts it into a folder, and has apk write the index anew, with what the
 * last one says of the others. It signs nothing, and answers nobody.
 * @returns milliseconds of each
 */
export async function timeApkIndex(apk: string, count: number, parent: string): Promise<number[]> {
  const folder = join(parent, 'apk-index');
  await mkdir(folder);
  const times: number[] = [];
  const files: string[] = [];
  for (let i = 0; i < count; i++) {
    const body = await buildPackage({ name: `script-${i}` });
    const start = performance.now();
    files.push(`script-${i}-1.0-r0.apk`);
    await writeFile(join(folder, files.at(-1) ?? ''), body);
    const last = i === 0 ? [] : ['-x', 'APKINDEX.tar.gz'];
    const { status, stderr } = spawnSync(apk, [...FLAGS, ...last, ...files], { cwd: folder });
    if (status !== 0) throw new Error(`apk index: ${stderr}`);
    times.push(performance.now() - start);
  }
  return times;
}
