import { inOneChunk } from '#apk/byte-source.ts';
import { answerBomb } from './answer-bomb.ts';
import { MiB } from './bomb.ts';
import { BOMBS } from './bombs.ts';

const BYTES = MiB / 16;

/** What each takes is measured by `npm run bench -- bombs`. */
test.each(BOMBS)(
  '$title: 64 KiB are answered',
  async ({ reader, build }) => {
    expect(await answerBomb(reader, inOneChunk(await build(BYTES)))).toMatch(/^[A-Za-z-]+$/);
  },
  15_000,
);
