import { createReadStream } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { answerBomb } from '#test/bombs/answer-bomb.ts';
import type { BombReader } from '#test/bombs/bomb.ts';
import { peakBytes } from '../peak-bytes.ts';

/** What a process tells that did nothing but read a bomb from a file. */
export interface BombAnswer {
  answer: string;
  milliseconds: number;
  peakBytes: number;
}

const [, , reader = 'package', file = ''] = process.argv;
const start = performance.now();
const answer = await answerBomb(reader as BombReader, createReadStream(file));
const milliseconds = performance.now() - start;
const told: BombAnswer = { answer, milliseconds, peakBytes: peakBytes() };
process.stdout.write(JSON.stringify(told));
