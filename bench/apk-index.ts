import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** A command of an apk that makes an index of the packages in a folder: what a script over a bucket calls. */
export interface ApkCommand {
  apk: string;
  name: string;
  flags: readonly string[];
  output: string;
}

export const indexCommand = (apk: string): ApkCommand => ({
  apk,
  name: 'index',
  flags: ['--no-warnings', '--rewrite-arch', 'x86_64'],
  output: 'APKINDEX.tar.gz',
});

/** `index`, and from apk 3.0 `mkndx`, which writes the index of version 3. */
export function commandsOf(apk: string): ApkCommand[] {
  const index = indexCommand(apk);
  const mkndx = { apk, name: 'mkndx', flags: [], output: 'Packages.adb' };
  const version = spawnSync(apk, ['--version'], { encoding: 'utf8' }).stdout;
  return version.startsWith('apk-tools 2.') ? [index] : [index, mkndx];
}

/**
 * @param reuse whether to begin with the index that is there (`-x`), as the one before left it
 * @returns milliseconds that an unsigned index of every package in the folder takes
 */
export function timeApkIndex(
  { apk, name, flags, output }: ApkCommand,
  folder: string,
  reuse: boolean,
): number {
  if (!reuse) rmSync(`${folder}/${output}`, { force: true });
  const options = [name, '--allow-untrusted', ...flags, ...(reuse ? ['-x', output] : []), '-o', output];
  // The names of 100,000 files are more than a program may be given by default (execve(2), RLIMIT_STACK).
  const script = 'ulimit -s unlimited && exec "$@" *.apk';
  const start = performance.now();
  const { status, stderr } = spawnSync('sh', ['-c', script, 'sh', apk, ...options], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`apk ${name}: ${stderr}`);
  return performance.now() - start;
}
