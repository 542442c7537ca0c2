import { encodeTar, rawEntry } from '#test/fuzz/packages/raw-tar.ts';
import { gzipMember } from '#test/support/tar-members.ts';
import { type Bomb, inflatedBytes, MiB, repeated } from './bomb.ts';
import { deflateOpen, GZIP_HEADER, headerOf } from './gzip-bombs.ts';

const bomb = (title: string, answer: string, build: Bomb['build']): Bomb => ({
  title: `index: ${title}`,
  reader: 'index',
  answer,
  build,
});

const SIGNATURE = gzipMember(
  encodeTar({
    entries: [rawEntry('.SIGN.RSA256.a.rsa.pub', { body: Buffer.alloc(256) })],
    end: Buffer.alloc(0),
  }),
);

const indexOf = (body: Buffer) =>
  Buffer.concat([
    SIGNATURE,
    gzipMember(encodeTar({ entries: [rawEntry('APKINDEX', { body })], end: Buffer.alloc(1024) })),
  ]);

const STANZA = Buffer.from('C:Q1yV2uO4hmZHZ4lkDbtnSR/TCJyn8=\nP:a\nV:1\nA:x86_64\nS:1\n\n');

export const INDEX_BOMBS: readonly Bomb[] = [
  bomb('zeros, a thousand to one', 'bad-index', async (size) => {
    const zeros = repeated(deflateOpen(Buffer.alloc(MiB)), size);
    return Buffer.concat([SIGNATURE, GZIP_HEADER, deflateOpen(await headerOf(8 ** 11 - 1)), zeros]);
  }),
  bomb('a signature of gigabytes', 'bad-index', async (size) => {
    const header = rawEntry('.SIGN.RSA256.a.rsa.pub', { size: '77777777777' });
    const zeros = repeated(deflateOpen(Buffer.alloc(MiB)), size);
    return Buffer.concat([
      GZIP_HEADER,
      deflateOpen(encodeTar({ entries: [header], end: Buffer.alloc(0) })),
      zeros,
    ]);
  }),
  bomb('a million times the same package', 'bad-index', async (size) =>
    indexOf(repeated(STANZA, inflatedBytes(size))),
  ),
  bomb('twenty million packages without a name', 'bad-index', async (size) =>
    indexOf(repeated(Buffer.from('x\n\n'), inflatedBytes(size))),
  ),
  bomb('newlines', 'bad-index', async (size) => indexOf(Buffer.alloc(inflatedBytes(size), '\n'))),
  bomb('a line of 60 MiB', 'bad-index', async (size) => indexOf(Buffer.alloc(inflatedBytes(size), 'x'))),
];
