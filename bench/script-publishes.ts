import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { buildPackage } from '#test/support/build-package.ts';
import { indexCommand, timeApkIndex } from './apk-index.ts';

/**
 * What a script does with each new package: puts it into a folder, and has apk write the index anew, with what the
 * last one says of the others. It signs nothing, and answers nobody.
 * @returns milliseconds of each
 */
export async function timeScriptPublishes(apk: string, count: number, parent: string): Promise<number[]> {
  const folder = join(parent, 'apk-index');
  await mkdir(folder);
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const body = await buildPackage({ name: `script-${i}` });
    const start = performance.now();
    await writeFile(join(folder, `script-${i}-1.0-r0.apk`), body);
    timeApkIndex(indexCommand(apk), folder, i > 0);
    times.push(performance.now() - start);
  }
  return times;
}
