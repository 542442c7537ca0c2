import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { type ApkCommand, commandsOf, timeApkIndex } from './apk-index.ts';
import { bundleChild, runChild } from './child-programs.ts';
import type { Editing } from './children/edit-index.ts';
import { median } from './quantile.ts';
import { type SampleFile, sampleFiles, writeFiles } from './sample-files.ts';
import { tableOf } from './table.ts';
import { timeWholeUpdates } from './whole-updates.ts';

/** How often one more package is added to an index. */
const MORE = 7;

/**
 * One more package in an index, in milliseconds, medians of seven, each process with nothing else to do. *edit*: the bytes of
 * the old index in, verified, those of the new one out, but for the signature; *anew*: the same, inflating and deflating all
 * of it. *apk*: that command over the files of all packages, with `-x` of the index before; *update*: an event handled,
 * with S3, DynamoDB and KMS on loopback; *rebuild*: an index of all records.
 * @param apk path of a client, if there is one
 */
export async function benchIndexUpdate(sizes: readonly number[], apk: string | undefined): Promise<string[]> {
  const commands = apk === undefined ? [] : commandsOf(apk);
  const columns = [
    'packages',
    'edit',
    'anew',
    ...commands.flatMap((each) => [`apk ${each.name} -x`, 'edit/apk']),
    'MiB',
  ];
  const rows: string[][] = [];
  for (const size of sizes) rows.push(await measure(size, commands));
  const missing = apk === undefined ? ['', 'Without apk index: set APK to the path of an apk.'] : [];
  return [...tableOf([...columns, 'update', 'MiB', 'rebuild', 'MiB', 'file KB'], rows), ...missing];
}

async function measure(size: number, commands: readonly ApkCommand[]): Promise<string[]> {
  const { folder, remove } = await temporaryFolder();
  try {
    const files = await sampleFiles(size + MORE);
    const editing = await timeEdits(files, folder);
    const theirs: number[] = [];
    for (const command of commands)
      theirs.push(await timeReference(command, files, join(folder, command.name)));
    const { update, rebuild } = await timeWholeUpdates(files, MORE);
    return [
      String(size),
      editing.milliseconds.toFixed(1),
      editing.wholeMilliseconds.toFixed(0),
      ...theirs.flatMap((each) => [each.toFixed(0), (editing.milliseconds / each).toFixed(3)]),
      mebibytes(editing),
      update.milliseconds.toFixed(0),
      mebibytes(update),
      rebuild.milliseconds.toFixed(0),
      mebibytes(rebuild),
      (editing.bytes / 1000).toFixed(0),
    ];
  } finally {
    await remove();
  }
}

const mebibytes = ({ peakBytes }: { peakBytes: number }) => (peakBytes / 1024 ** 2).toFixed(0);

async function timeEdits(files: readonly SampleFile[], folder: string): Promise<Editing> {
  const list = join(folder, 'entries.json');
  await writeFile(list, JSON.stringify(files.map(({ info, checksum, size }) => ({ info, checksum, size }))));
  return runChild(bundleChild('edit-index', folder), [list, String(MORE)]);
}

/** Packages come one by one, as they do to a script. */
async function timeReference(
  command: ApkCommand,
  files: readonly SampleFile[],
  folder: string,
): Promise<number> {
  await writeFiles(files.slice(0, -MORE), folder);
  timeApkIndex(command, folder, false);
  const times: number[] = [];
  for (const file of files.slice(-MORE)) {
    await writeFiles([file], folder);
    times.push(timeApkIndex(command, folder, true));
  }
  return median(times);
}
