import { spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { besideScript, SCRIPT_COLUMNS } from './beside-script.ts';
import { bundleChild, timeProgram } from './child-programs.ts';
import type { Reading } from './children/read-package.ts';
import { median } from './quantile.ts';
import { type Content, samplePackage } from './sample-package.ts';
import { tableOf } from './table.ts';

const MB = 1_000_000;
const RUNS = 3;
/** A process reads a small package often: a server has run the code before, and the clock is coarse. */
const OFTEN = 100;
const SMALL_BYTES = 10 * MB;

const COLUMNS = ['package', 'readPackage ms', ...SCRIPT_COLUMNS];

/**
 * What reading and checking a package takes, beside `sha256sum` and `gzip -t` over the same file, which a script
 * would run one after the other: milliseconds, medians. The three take turns. readPackage is timed inside a process
 * that does nothing else, whose peak of memory is the last column; the other two with their start.
 */
export async function benchValidation(largestMegabytes: number): Promise<string[]> {
  const { folder, remove } = await temporaryFolder();
  try {
    const reader = bundleChild('read-package', folder);
    const rows: string[][] = [];
    for (const bytes of new Set([0.01 * MB, MB, 100 * MB, largestMegabytes * MB])) {
      for (const content of ['software', 'media'] as const) {
        rows.push(await measure({ folder, reader, bytes, content }));
      }
    }
    return tableOf(COLUMNS, rows);
  } finally {
    await remove();
  }
}

interface Sample {
  folder: string;
  reader: string;
  bytes: number;
  content: Content;
}

async function measure({ folder, reader, bytes, content }: Sample): Promise<string[]> {
  const file = join(folder, 'sample.apk');
  await pipeline(samplePackage(bytes, content), createWriteStream(file));
  const { size } = await stat(file);
  const readings: Reading[] = [];
  const hashing: number[] = [];
  const inflating: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    readings.push(read(reader, file, size < SMALL_BYTES ? OFTEN : 1));
    hashing.push(timeProgram('sha256sum', file));
    inflating.push(timeProgram('gzip', file, ['-t']));
  }
  await rm(file);
  const ours = median(readings.map(({ milliseconds }) => milliseconds));
  const [sha256sum, gzip] = [median(hashing), median(inflating)];
  const peakBytes = Math.max(...readings.map((reading) => reading.peakBytes));
  const beside = besideScript({ ours, sha256sum, gzip, size, peakBytes }, 1);
  return [`${content}, ${(size / MB).toFixed(2)} MB`, ours.toFixed(1), ...beside];
}

function read(reader: string, file: string, times: number): Reading {
  const { status, stdout, stderr } = spawnSync(process.execPath, [reader, file, String(times)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The sample cannot be read: ${stderr}`);
  return JSON.parse(stdout);
}
