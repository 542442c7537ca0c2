import { constants, deflateRawSync, gzipSync } from 'node:zlib';
import { ByteSource, inOneChunk } from '#apk/byte-source.ts';
import { inflateMember } from '#apk/gzip-member.ts';
import { FREE_INFLATED_BYTES, MAX_DATA_MEMBERS } from '#apk/limits.ts';
import { readPackage } from '#apk/package.ts';
import { buildMembers, buildPackage } from '#test/support/build-package.ts';
import { directory, END_OF_ARCHIVE, gzipMember, patchHeader, tarOf } from '#test/support/tar-members.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

const codeOf = (chunks: AsyncIterable<Uint8Array>) =>
  readPackage(chunks).then(
    ({ warnings }) => warnings[0]?.code ?? 'accepted',
    ({ code }: { code: string }) => code,
  );

/** The header of a file of so many bytes, which are still to come. */
async function headerOf(size: number): Promise<Buffer> {
  const header = await tarOf([{ name: 'zeros', content: '', mode: 0o644 }]);
  return patchHeader(header, 'size', size.toString(8).padStart(11, '0'));
}

/** Blocks of a deflate stream that goes on after them. */
const deflateOpen = (bytes: Uint8Array) => deflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });

const GZIP_HEADER = gzipSync('').subarray(0, 10);

/** So many mebibytes of zeros, a thousandth of that as deflated, in one gzip member that never ends. */
async function* zeros(mebibytes: number): AsyncGenerator<Uint8Array> {
  yield Buffer.concat([GZIP_HEADER, deflateOpen(await headerOf(mebibytes * MiB))]);
  const block = deflateOpen(Buffer.alloc(MiB));
  const blocks = Buffer.concat(Array<Buffer>(16).fill(block));
  for (let i = 0; i < mebibytes; i += 16) yield blocks;
}

test('a bomb of 8 MiB that would be 8 GiB is refused before a mebibyte of it is read', async () => {
  let read = 0;
  let ended = false;
  async function* bomb(): AsyncGenerator<Uint8Array> {
    yield (await buildMembers()).control;
    for await (const chunk of zeros(8 * KiB - 1)) {
      read += chunk.length;
      yield chunk;
    }
    ended = true;
  }
  expect(await codeOf(bomb())).toBe('data-too-large');
  expect(ended).toBe(false);
  expect(read).toBeLessThan(MiB);
});

test('a bomb that is here whole is inflated no further than is allowed', async () => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of zeros(KiB)) chunks.push(chunk);
  const source = new ByteSource(inOneChunk(Buffer.concat(chunks)));
  let most = 0;
  const checkSize = (_compressed: number, inflated: number) => {
    most = inflated;
    if (inflated > 16 * MiB) throw new Error('too much');
  };
  const inflate = async () => {
    for await (const bytes of inflateMember(source, { checkSize })) expect(bytes.length).toBeLessThan(MiB);
  };
  await expect(inflate()).rejects.toThrow('too much');
  expect(most).toBeLessThan(17 * MiB);
});

test('a control member of empty blocks is refused at a mebibyte, and is not held until it ends', async () => {
  let read = 0;
  async function* bomb(): AsyncGenerator<Uint8Array> {
    yield GZIP_HEADER;
    const blocks = Buffer.concat(Array<Buffer>(20_000).fill(Buffer.from([0, 0, 0, 0xff, 0xff])));
    for (; read < 16 * MiB; read += blocks.length) yield blocks;
  }
  expect(await codeOf(bomb())).toBe('control-too-large');
  expect(read).toBeLessThan(2 * MiB);
});

test('a bomb in many data members, each small enough, is refused', async () => {
  const { control } = await buildMembers();
  const mebibytes = 360;
  const part = gzipMember(Buffer.alloc(60 * MiB));
  const bomb = [gzipMember(await headerOf(mebibytes * MiB)), ...Array<Buffer>(6).fill(part)];
  expect(60 * MiB).toBeLessThan(FREE_INFLATED_BYTES);
  expect(await codeOf(inOneChunk(Buffer.concat([control, ...bomb])))).toBe('data-too-large');
});

test('a package has 1,000 data members and no more', async () => {
  const tar = gzipMember(await tarOf([directory('usr')]), END_OF_ARCHIVE);
  const verdict = async (members: number) => {
    const data = Buffer.concat([tar, ...Array<Buffer>(members - 1).fill(gzipMember())]);
    return codeOf(inOneChunk(await buildPackage({ fields: { size: '1' }, data })));
  };
  expect(await verdict(MAX_DATA_MEMBERS)).toBe('several-data-members');
  expect(await verdict(MAX_DATA_MEMBERS + 1)).toBe('too-many-members');
});

test('a name in the gzip header is read as fast as the file: a hundred long ones take no minute', async () => {
  const { control } = await buildMembers();
  const name = Buffer.concat([Buffer.alloc(65_000, 'n'), Buffer.alloc(1)]);
  const member = gzipMember();
  const named = Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, 8]),
    member.subarray(4, 10),
    name,
    member.subarray(10),
  ]);
  const start = performance.now();
  expect(await codeOf(inOneChunk(Buffer.concat([control, ...Array<Buffer>(100).fill(named)])))).toBe(
    'datahash-wrong',
  );
  expect(performance.now() - start).toBeLessThan(2000);
});
