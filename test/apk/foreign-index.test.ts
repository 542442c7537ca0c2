import { createHash, randomBytes } from 'node:crypto';
import { decodeForeignIndex } from '#apk/foreign-index.ts';
import { gzip } from '#apk/gzip.ts';
import { packTar } from '#apk/pack-tar.ts';
import { decodeIndex } from '#apk/package-index.ts';

const stanza = (name: string, ...more: string[]) =>
  [`C:Q1${'A'.repeat(27)}=`, `P:${name}`, 'V:1.0-r0', 'A:x86_64', 'S:10', ...more]
    .map((line) => `${line}\n`)
    .join('');

/** An `APKINDEX.tar.gz` of this text, with a signature or without. */
async function indexOf(text: string, { isSigned = true } = {}): Promise<Uint8Array> {
  const body = gzip(await packTar([{ name: 'APKINDEX', body: Buffer.from(text) }], { cut: false }));
  if (!isSigned) return body;
  const file = { name: '.SIGN.RSA.jo.rsa.pub', body: Buffer.from('signature') };
  return Buffer.concat([gzip(await packTar([file], { cut: true })), body]);
}

const namesIn = async (text: string) => {
  const { entries, faults } = await decodeForeignIndex(await indexOf(text));
  return { names: entries.map(({ info }) => info.name), faults };
};

test('lines of small letters that only others write are passed over, as apk does', async () => {
  expect(await namesIn(`${stanza('foo', 'r:bar', 'q:100', 'z:new')}\n`)).toEqual({
    names: ['foo'],
    faults: [],
  });
});

test.each([
  ['a line that apk takes for a reason not to install', stanza('bad', 'X:new')],
  ['a line twice', stanza('bad', 'P:other')],
  ['no name', 'C:Q1=\nV:1\nA:x86\nS:1\n'],
  ['a size that is no number', stanza('bad').replace('S:10', 'S:-1')],
])('a package with %s is a fault, and the others are read', async (_, bad) => {
  const { names, faults } = await namesIn(`${stanza('bar')}\n${bad}\n${stanza('foo')}\n`);
  expect(names).toEqual(['bar', 'foo']);
  expect(faults).toHaveLength(1);
});

test('an index of more than a thousand packages that cannot be read is refused, and says why of the first', async () => {
  const text = (count: number) => `${stanza('foo')}\n${'first\n\n'}${'x\n\n'.repeat(count - 1)}`;
  expect((await namesIn(text(1000))).faults).toHaveLength(1000);
  await expect(namesIn(text(1001))).rejects.toThrow(/More than 1000 packages.*"first"/);
});

test.each([
  ['no empty line at the end', `${stanza('bar')}\n${stanza('foo')}`],
  ['several empty lines', `\n${stanza('bar')}\n\n\n${stanza('foo')}\n\n`],
])('an index may have %s', async (_, text) => {
  expect(await namesIn(text)).toEqual({ names: ['bar', 'foo'], faults: [] });
});

test('an index of nothing is one', async () => {
  expect(await namesIn('')).toEqual({ names: [], faults: [] });
});

test('an unsigned index is read whole, though it is larger than signatures may be', async () => {
  const lines = Array.from({ length: 40_000 }, (_, i) =>
    stanza(`p${i}`, `T:${createHash('sha256').update(String(i)).digest('base64')}`),
  );
  const index = await indexOf(lines.join('\n'), { isSigned: false });
  expect(index.length).toBeGreaterThan(1024 * 1024);
  const { entries, signatures, signed } = await decodeForeignIndex(index);
  expect(entries).toHaveLength(40_000);
  expect(signatures.size).toBe(0);
  expect(signed).toBe(index);
});

test('what a signature is over is the index without it', async () => {
  const index = await indexOf(stanza('foo'));
  const { signatures, signed } = await decodeForeignIndex(index);
  expect([...signatures.keys()]).toEqual(['.SIGN.RSA.jo.rsa.pub']);
  expect(Buffer.from(signed)).toEqual(Buffer.from(await indexOf(stanza('foo'), { isSigned: false })));
});

test.each([
  ['nothing', async () => new Uint8Array()],
  ['no gzip', async () => randomBytes(100)],
  ['half an index', async () => (await indexOf(stanza('foo'))).subarray(0, 200)],
  [
    'an archive of something else',
    async () => gzip(await packTar([{ name: 'x', body: Buffer.from('x') }], { cut: false })),
  ],
])('%s is refused', async (_, make) => {
  await expect(decodeForeignIndex(await make())).rejects.toMatchObject({ name: 'ApkFormatError' });
});

test('an index that inflates to forty times its size, beyond 16 MiB, is none; one of ours may', async () => {
  const file = await indexOf(`${stanza('foo')}\n`.repeat(400_000));
  await expect(decodeForeignIndex(file)).rejects.toThrow('inflates to more than');
  expect(await decodeIndex(file)).toHaveLength(400_000);
});
