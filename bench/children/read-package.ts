import { createReadStream } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { readPackage } from '#apk/package.ts';
import { peakBytes } from '../peak-bytes.ts';
import { median } from '../quantile.ts';

/** What a process tells that did nothing but read the package in a file, some times. */
export interface Reading {
  milliseconds: number;
  peakBytes: number;
}

const [, , file = '', times = '1'] = process.argv;
const milliseconds: number[] = [];
for (let i = 0; i < Number(times); i++) {
  const start = performance.now();
  await readPackage(createReadStream(file));
  milliseconds.push(performance.now() - start);
}
const reading: Reading = {
  milliseconds: median(milliseconds),
  peakBytes: peakBytes(),
};
process.stdout.write(JSON.stringify(reading));
