import { createHash } from 'node:crypto';
import { lstat, readFile, readlink } from 'node:fs/promises';
import { NOARCH } from '#apk/names.ts';
import { ApkRoot } from '#test/support/apk-client.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { makeKey, writeForeignIndex } from '#test/support/foreign-repository.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { PROVIDED } from '../packages/strange-info.ts';
import type { AcceptedPackage } from '../targets/package-targets.ts';
import { inflateAll, type SeenEntry, seenByUs } from './seen-by-us.ts';

const ARCH = 'x86_64';

export interface InstallReport {
  installed: number;
  /** Those that nobody could install beside `fuzz-base`. */
  unsatisfiable: number;
  failures: string[];
}

/** Installs what was accepted from one signed repository with the real client, and looks at what is there then. */
export async function checkInstalls(accepted: readonly AcceptedPackage[]): Promise<InstallReport> {
  const report: InstallReport = { installed: 0, unsatisfiable: 0, failures: [] };
  const chosen = [...new Map(accepted.filter(isPromised).map((one) => [one.report.info.name, one])).values()];
  const { folder, remove } = await temporaryFolder();
  try {
    const key = await makeKey(folder);
    const base = await buildPackage({ name: 'fuzz-base', fields: { provides: PROVIDED.slice(0, -1) } });
    await writeForeignIndex(`${folder}/repository`, ARCH, {
      packages: [base, ...chosen.map(({ bytes }) => bytes)],
      key,
    });
    const keys = { [key.keyFileName]: await readFile(key.path, 'utf8') };
    await installEach(chosen, { repositories: [`${folder}/repository`], keys }, report);
    return report;
  } finally {
    await remove();
  }
}

/** What was accepted with a warning, some client takes and another one does not. */
const isPromised = ({ report: { info, warnings } }: AcceptedPackage) =>
  [ARCH, NOARCH].includes(info.arch) && warnings.every(({ code }) => code === 'checksum-wrong');

/** All at once; where that fails, each half of them, until the one is found that fails alone. */
async function installEach(
  packages: readonly AcceptedPackage[],
  options: Parameters<typeof ApkRoot.create>[0],
  report: InstallReport,
): Promise<void> {
  if (packages.length === 0) return;
  const root = await ApkRoot.create(options);
  let output = '';
  try {
    const names = packages.map(({ report: { info } }) => info.name);
    const result = await root.run(
      'add',
      '--no-scripts',
      '--no-cache',
      '--force-overwrite',
      'fuzz-base',
      ...names,
    );
    output = result.output;
    if (
      result.code === 0 &&
      !/WARNING|ERROR/.test(output.replace(/^.*trying to overwrite.*$|^.*overwrit.*$/gm, ''))
    ) {
      for (const one of packages) await checkInstalled(root, one, report);
      return;
    }
  } finally {
    await root.close();
  }
  const [one] = packages;
  if (packages.length > 1) {
    const half = Math.ceil(packages.length / 2);
    await installEach(packages.slice(0, half), options, report);
    await installEach(packages.slice(half), options, report);
  } else if (one !== undefined && isUnsatisfiable(one, output)) {
    report.unsatisfiable++;
  } else if (one !== undefined) {
    report.failures.push(`${one.id}: apk does not install it: ${output}\n  ${one.changes.join('; ')}`);
  }
}

/** It depends on what nobody has, or provides with a version what `fuzz-base` does: then apk takes one of the two. */
const isUnsatisfiable = ({ report: { info } }: AcceptedPackage, output: string): boolean =>
  /unable to select packages/.test(output) &&
  (info.depends.length > 0 || /^ +conflicts: fuzz-base-/m.test(output));

async function checkInstalled(
  root: ApkRoot,
  { id, bytes, changes, report: { info } }: AcceptedPackage,
  report: InstallReport,
) {
  try {
    // Others may have put something over what is elsewhere.
    const own = `usr/share/${info.name}/`;
    for (const entry of await seenByUs(await inflateAll(bytes))) {
      if (entry.name.startsWith(own)) await checkPath(root.folder, entry);
    }
    report.installed++;
  } catch (error) {
    report.failures.push(`${id}: ${(error as Error).message}\n  ${changes.join('; ')}`);
  }
}

async function checkPath(folder: string, { type, name, linkname, sha256 }: SeenEntry): Promise<void> {
  const path = Buffer.from(`${folder}/${name.replace(/\/$/, '')}`, 'latin1');
  const stats = await lstat(path);
  const isRight =
    (type === 'directory' && stats.isDirectory()) ||
    (type === 'symlink' &&
      stats.isSymbolicLink() &&
      Buffer.from(linkname, 'latin1').equals(await readlink(path, 'buffer'))) ||
    (type === 'file' &&
      stats.isFile() &&
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex') === sha256) ||
    (type === 'link' && stats.isFile() && stats.nlink > 1) ||
    (type === 'fifo' && stats.isFIFO()) ||
    (type === 'character-device' && stats.isCharacterDevice()) ||
    (type === 'block-device' && stats.isBlockDevice());
  if (!isRight) throw new Error(`apk installs something else at the ${type} ${JSON.stringify(name)}`);
}
