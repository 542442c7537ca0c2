import { ApkFormatError } from '#apk/apk-format-error.ts';
import { FAULTS } from '#apk/faults.ts';
import { decodeForeignIndex } from '#apk/foreign-index.ts';
import type { IndexEntry } from '#apk/index-entry.ts';
import { decodeIndex } from '#apk/package-index.ts';
import { ACCEPTED, type FuzzTarget } from '../fuzz-target.ts';
import { editBytes } from '../packages/change-bytes.ts';
import { encodeGzip, RIGHT_GZIP } from '../packages/raw-gzip.ts';
import { END_OF_ARCHIVE, encodeTar, rawEntry } from '../packages/raw-tar.ts';
import { strangeDependency, strangeName, strangeText } from '../packages/strange-info.ts';
import { strangeVersion } from '../packages/strange-version.ts';
import { checkIndex } from '../promises/index-promises.ts';
import type { Random } from '../random.ts';

interface Input {
  bytes: Buffer;
  text: string;
  /** Whether it is read as one of ours, or as anybody's. */
  isForeign: boolean;
}

type Line = (random: Random) => string;

const LINES: readonly Line[] = [
  (random) => `P:${strangeName('foo', random)}`,
  (random) => `V:${strangeVersion(random)}`,
  (random) => `${random.pick([...'TULomc'])}:${strangeText(random)}`,
  (random) =>
    `${random.pick([...'SItk'])}:${random.pick(['0', '1', '-1', '1.5', '', 'x', ' 1', '9'.repeat(15), '9'.repeat(16)])}`,
  (random) =>
    `${random.pick([...'Dpir'])}:${strangeDependency('foo', random)} ${strangeDependency('foo', random)}`,
  (random) => `A:${random.pick(['x86_64', 'noarch', '', '../x', 'all'])}`,
  (random) => `C:${random.pick(['Q1', 'Q2abc', '', 'X1yV2uO4hmZHZ4lkDbtnSR/TCJyn8='])}`,
  (random) =>
    random.pick([
      '',
      'x',
      ':',
      'P',
      'P:',
      'q:1',
      'Z:1',
      ' P:foo',
      'P:foo\r',
      'F:usr',
      'R:a',
      '__proto__:x',
      '\0',
    ]),
];

const right = (i: number) => [
  'C:Q1yV2uO4hmZHZ4lkDbtnSR/TCJyn8=',
  `P:foo${i}`,
  'V:1.0-r0',
  'A:x86_64',
  'S:1',
  'I:2',
  'T:text',
  'U:u',
  'L:MIT',
];

function makeText(random: Random): string {
  const stanzas = Array.from({ length: random.few(6) }, (_, i) => right(i));
  for (let i = random.few(4); i > 0; i--) {
    const lines = random.pick(stanzas);
    const added = random.pick(LINES)(random);
    const same = lines.findIndex((line) => line.slice(0, 2) === added.slice(0, 2));
    if (same !== -1 && random.chance(0.9)) lines[same] = added;
    else if (random.chance(0.8)) lines.push(added);
    else lines.splice(random.below(lines.length), 1);
  }
  const text = stanzas.map((lines) => `${lines.join('\n')}\n\n`).join('');
  return random.chance(0.9)
    ? text
    : random.pick([text.slice(0, -1), `\n${text}`, `${text}\n`, text.replaceAll('\n', '\r\n'), '']);
}

/** The index that is read to be written again, and those of other registries. */
export const indexTarget = (): FuzzTarget<Input> => ({
  name: 'index',
  make(random) {
    const text = makeText(random);
    const files = [
      rawEntry('DESCRIPTION', { body: Buffer.from('fuzz') }),
      rawEntry('APKINDEX', { body: Buffer.from(text) }),
    ];
    const entries = random.chance(0.9)
      ? files
      : random.pick([[...files, ...files], files.slice(0, 1), [], files.toReversed()]);
    const gzip = { ...RIGHT_GZIP, blocks: random.pick(['dynamic', 'stored', 'many'] as const) };
    const signed = encodeGzip(encodeTar({ entries, end: END_OF_ARCHIVE }), gzip);
    const signature = encodeTar({
      entries: [rawEntry('.SIGN.RSA256.a.rsa.pub', { body: random.bytes(256) })],
      end: Buffer.alloc(0),
    });
    const bytes = Buffer.concat(random.chance(0.95) ? [encodeGzip(signature), signed] : [signed]);
    const { edit } = editBytes(random);
    return { bytes: random.chance(0.8) ? bytes : edit(bytes), text, isForeign: random.chance(0.5) };
  },
  describe: ({ text, isForeign }) =>
    `${isForeign ? 'foreign' : 'ours'}: ${JSON.stringify(text).slice(0, 2000)}`,
  async judge({ bytes, isForeign }) {
    try {
      const { entries, faults } = isForeign
        ? await decodeForeignIndex(bytes)
        : { entries: await decodeIndex(bytes), faults: [] };
      const named = [...new Map(entries.map((entry) => [nameOf(entry), entry])).values()];
      if (faults.length === 0) await checkIndex(named);
      return faults.length === 0 ? ACCEPTED : `${ACCEPTED}, some passed over`;
    } catch (error) {
      if (!(error instanceof ApkFormatError) || !(error.code in FAULTS)) throw error;
      return error.code;
    }
  },
});

const nameOf = ({ info: { name, version } }: IndexEntry) => `${name}-${version}`;
