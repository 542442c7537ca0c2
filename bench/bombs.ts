import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type Bomb, MiB } from '#test/bombs/bomb.ts';
import { BOMBS } from '#test/bombs/bombs.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { bundleChild, runChild } from './child-programs.ts';
import type { BombAnswer } from './children/answer-bomb.ts';
import { tableOf } from './table.ts';

const COLUMNS = [
  'bomb',
  'MiB',
  'answer',
  'ms',
  'peak MiB',
  'a quarter: MiB',
  'ms',
  'peak MiB',
  'gzip -t ms',
  'tar -tz ms',
];
/** When others are not waited for any longer. */
const MAX_REFERENCE_MS = 2000;

/**
 * What bombs are answered, how soon and with how much memory, each in a process of its own that does nothing else, and
 * the same of a quarter of the bomb; beside gzip and tar, which read all of it.
 */
export async function benchBombs(named = ''): Promise<string[]> {
  const { folder, remove } = await temporaryFolder();
  try {
    const child = bundleChild('answer-bomb', folder);
    const rows: string[][] = [];
    for (const bomb of BOMBS.filter(({ title }) => title.includes(named)))
      rows.push(await measure(bomb, MiB, { folder, child }));
    return tableOf(COLUMNS, rows);
  } finally {
    await remove();
  }
}

async function measure(bomb: Bomb, size: number, { folder, child }: { folder: string; child: string }) {
  const file = join(folder, 'bomb');
  const answerTo = async (bytes: number): Promise<BombAnswer & { bytes: number }> => {
    const built = await bomb.build(bytes);
    await writeFile(file, built);
    return { ...(await runChild<BombAnswer>(child, [bomb.reader, file])), bytes: built.length };
  };
  const quarter = await answerTo(size / 4);
  const all = await answerTo(size);
  if (all.answer !== bomb.answer) process.exitCode = 1;
  const isGzip = bomb.reader === 'package' || bomb.reader === 'index';
  return [
    bomb.title,
    inMebibytes(all.bytes, 2),
    all.answer === bomb.answer ? all.answer : `${all.answer}, not ${bomb.answer}`,
    all.milliseconds.toFixed(0),
    inMebibytes(all.peakBytes),
    inMebibytes(quarter.bytes, 2),
    quarter.milliseconds.toFixed(0),
    inMebibytes(quarter.peakBytes),
    isGzip ? timeReference('gzip', ['-t'], file) : '',
    isGzip ? timeReference('tar', ['-tz'], file) : '',
  ];
}

const inMebibytes = (bytes: number, digits = 0) => (bytes / MiB).toFixed(digits);

/** Milliseconds until the program has an opinion, whichever. */
function timeReference(program: string, flags: readonly string[], file: string): string {
  const input = openSync(file, 'r');
  const start = performance.now();
  spawnSync(program, flags, { stdio: [input, 'ignore', 'ignore'], timeout: MAX_REFERENCE_MS });
  const milliseconds = performance.now() - start;
  closeSync(input);
  return milliseconds < MAX_REFERENCE_MS ? milliseconds.toFixed(0) : `over ${MAX_REFERENCE_MS}`;
}
