import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { ApkFormatError } from '#apk/apk-format-error.ts';
import { encodeEntry, type IndexEntry } from '#apk/index-entry.ts';
import { decodeIndex, encodeIndex } from '#apk/package-index.ts';
import { signatureMember } from '#apk/signature.ts';
import { END_OF_ARCHIVE, tarOf } from '#test/support/tar-members.ts';

const line = fc.string({
  unit: fc.constantFrom('a', 'Z', '0', ' ', ':', '=', 'é', '日', '😀', '#'),
  maxLength: 20,
});
const list = fc.array(fc.constantFrom('foo', 'so:libfoo.so.1=1.0', '!bar<2', 'cmd:x'), { maxLength: 4 });
const info = fc.record(
  {
    name: fc.constantFrom('foo', 'libstdc++', 'a', 'zz-top', 'Foo'),
    version: fc.tuple(fc.nat(99), fc.nat(99)).map(([a, b]) => `${a}.${b}-r0`),
    arch: fc.constantFrom('x86_64', 'noarch'),
    description: line,
    url: line,
    license: line,
    installedSize: fc.nat(),
    origin: line.filter((text) => text !== ''),
    maintainer: line.filter((text) => text !== ''),
    buildTime: fc.nat(),
    commit: fc.constant('abc123'),
    providerPriority: fc.nat(100),
    depends: list,
    provides: list,
    installIf: list,
    replaces: fc.constant<string[]>([]),
    triggers: fc.constant<string[]>([]),
  },
  {
    requiredKeys: [
      'name',
      'version',
      'arch',
      'description',
      'url',
      'license',
      'depends',
      'provides',
      'installIf',
      'replaces',
      'triggers',
    ],
  },
);
const entry: fc.Arbitrary<IndexEntry> = fc.record({
  info,
  checksum: fc.constant('Q1yV2uO4hmZHZ4lkDbtnSR/TCJyn8='),
  size: fc.nat(),
});
const entries = fc.uniqueArray(entry, {
  maxLength: 12,
  selector: ({ info: { name, version } }) => `${name}-${version}`,
});

const signed = async (index: Uint8Array) =>
  Buffer.concat([await signatureMember([{ keyFileName: 'a.rsa.pub', signature: Buffer.alloc(256) }]), index]);

const byName = (list: readonly IndexEntry[]) =>
  [...list].sort((a, b) => (encodeEntry(a) < encodeEntry(b) ? -1 : 1));

test('an index says again what it was told', async () => {
  await fc.assert(
    fc.asyncProperty(entries, async (list) => {
      const read = await decodeIndex(await signed(await encodeIndex(list, 'main')));
      expect(byName(read)).toEqual(byName(list));
    }),
    { numRuns: 100 },
  );
});

test('the order in which packages are given changes no byte of the index', async () => {
  const shuffled = entries.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
  );
  await fc.assert(
    fc.asyncProperty(shuffled, async ([list, other]) => {
      expect(await encodeIndex(other, 'main')).toEqual(await encodeIndex(list, 'main'));
    }),
    { numRuns: 100 },
  );
});

test('packages stand by name, and from the oldest version to the newest', async () => {
  const [one] = fc.sample(entry, { numRuns: 1, seed: 1 });
  if (one === undefined) throw new Error('no sample');
  const make = (name: string, version: string) => ({ ...one, info: { ...one.info, name, version } });
  const list = [make('foo', '1.10'), make('foo', '1.9'), make('bar', '2'), make('foo', '1.10_rc1')];
  const read = await decodeIndex(await signed(await encodeIndex(list, '')));
  expect(read.map(({ info: { name, version } }) => `${name}-${version}`)).toEqual([
    'bar-2',
    'foo-1.9',
    'foo-1.10_rc1',
    'foo-1.10',
  ]);
});

/** The files of an index's second member, by header block. */
const textOf = async (list: readonly IndexEntry[]) =>
  gunzipSync(await encodeIndex(list, 'main'))
    .toString('utf8')
    .split('APKINDEX')[1] ?? '';

test('the last package of an index ends with an empty line, too', async () => {
  const [one, two] = fc.sample(entry, 2);
  if (one === undefined || two === undefined) throw new Error('no sample');
  const text = (await textOf([one, two])).replaceAll('\0', '');
  expect(text.endsWith('\n\n')).toBe(true);
});

test('the lines of a package stand in the order of `apk index`', () => {
  const full: IndexEntry = {
    checksum: 'Q1abc=',
    size: 1,
    info: {
      name: 'foo',
      version: '1',
      arch: 'x86_64',
      description: '',
      url: '',
      license: '',
      installedSize: 2,
      origin: 'o',
      maintainer: 'm',
      buildTime: 3,
      commit: 'c',
      providerPriority: 4,
      replacesPriority: 5,
      depends: ['a', 'b'],
      provides: ['p'],
      installIf: ['i'],
      replaces: ['r'],
      triggers: ['/t'],
    },
  };
  expect(encodeEntry(full)).toBe(
    'C:Q1abc=\nP:foo\nV:1\nA:x86_64\nS:1\nI:2\nT:\nU:\nL:\no:o\nm:m\nt:3\nc:c\nk:4\nD:a b\np:p\ni:i\n\n',
  );
});

describe('a damaged or foreign index is refused', () => {
  const good = 'C:Q1a=\nP:foo\nV:1\nA:x86_64\nS:1\n\n';
  const member = async (name: string, text: string) =>
    gzipSync(Buffer.concat([await tarOf([{ name, content: text, mode: 0o644 }]), END_OF_ARCHIVE]));

  const decode = async (text: string) => decodeIndex(await signed(await member('APKINDEX', text)));

  test('a right one is not', async () => expect(await decode(good)).toHaveLength(1));
  test('an empty one is not', async () => expect(await decode('')).toEqual([]));

  test.each([
    good.slice(0, -1),
    good.replace('P:foo\n', ''),
    good.replace('V:1', 'V:'),
    good.replace('S:1', 'S:many'),
    good.replace('S:1', 'S:-1'),
    good.replace('P:foo', 'P:foo\nP:bar'),
    good.replace('P:foo', 'X:foo\nP:bar'),
    good.replace('P:foo', 'P foo'),
    `\n${good}`,
    `${good}\n`,
    'hello',
  ])('%j', async (text) => {
    await expect(decode(text)).rejects.toMatchObject({ code: 'bad-index' });
  });

  test('without APKINDEX', async () => {
    await expect(decodeIndex(await signed(await member('README', good)))).rejects.toMatchObject({
      code: 'bad-index',
    });
  });

  test('with a third member', async () => {
    const file = Buffer.concat([
      await signed(await member('APKINDEX', good)),
      await member('APKINDEX', good),
    ]);
    await expect(decodeIndex(file)).rejects.toMatchObject({ code: 'bad-index' });
  });

  test('cut off or with a bit flipped anywhere', async () => {
    const file = await signed(await member('APKINDEX', good));
    expect(await decodeIndex(file)).toHaveLength(1);
    for (let i = 0; i < file.length; i++) {
      await expect(decodeIndex(file.subarray(0, i))).rejects.toBeInstanceOf(ApkFormatError);
      const flipped = Buffer.from(file);
      flipped[i] = (flipped[i] ?? 0) ^ 4;
      const answer = await decodeIndex(flipped).catch((error: unknown) => error);
      if (!(answer instanceof ApkFormatError)) expect(answer).toEqual(await decodeIndex(file));
    }
  });
});

/** Alpine's own index, beside the checkout on some machines. */
const REAL_INDEX = '../shared/apks/alpine-3.17-main-APKINDEX.tar.gz';
const withRealIndex = existsSync(REAL_INDEX) ? test : test.skip;

withRealIndex("each of Alpine 3.17's 5,004 packages is written as Alpine wrote it", async () => {
  const file = readFileSync(REAL_INDEX);
  const decoded = await decodeIndex(file);
  expect(decoded).toHaveLength(5004);
  const original = gunzipSync(file).toString('utf8');
  const stanzas = original.split('\n\n');
  const known = new Set(stanzas.map((stanza) => `${stanza.slice(stanza.indexOf('C:Q1'))}\n\n`));
  expect(decoded.map(encodeEntry).filter((stanza) => !known.has(stanza))).toEqual([]);
  expect(await decodeIndex(await signed(await encodeIndex(decoded, 'main')))).toHaveLength(5004);
});
