import fc from 'fast-check';
import { ApkFormatError } from '#apk/apk-format-error.ts';
import { readPackage } from '#apk/package.ts';
import { buildMembers, buildPackage } from '#test/support/build-package.ts';
import { chunksOf, singleBytes } from '#test/support/chunks.ts';
import { DUBIOUS_PACKAGES, FAULTY_PACKAGES } from '#test/support/faulty-packages.ts';
import { gzipMember } from '#test/support/tar-members.ts';

/** The report, or the code of the refusal; any other exception fails the test. */
async function verdict(chunks: AsyncIterable<Uint8Array>) {
  try {
    return await readPackage(chunks);
  } catch (error) {
    if (error instanceof ApkFormatError) return error.code;
    throw error;
  }
}

let bytes: Buffer;
beforeAll(async () => {
  bytes = await buildPackage({ scripts: { '.post-install': '#!/bin/sh\n' } });
});

test('a package cut off at any byte is refused', async () => {
  for (let end = 0; end < bytes.length; end++) {
    const answer = await verdict(chunksOf(bytes.subarray(0, end)));
    expect({ end, refused: typeof answer === 'string' }).toEqual({ end, refused: true });
  }
});

test('a package with a bit flipped anywhere is refused, or is the same package', async () => {
  const right = await readPackage(chunksOf(bytes));
  for (let i = 0; i < bytes.length; i++) {
    for (const bit of [1, 0x80]) {
      const flipped = Buffer.from(bytes);
      flipped[i] = (flipped[i] ?? 0) ^ bit;
      const answer = await verdict(chunksOf(flipped));
      // What gzip says of time and system is in nobody's promise but the identity's.
      if (typeof answer !== 'string') expect(answer.info).toEqual(right.info);
    }
  }
});

test('a data member with a bit flipped anywhere is refused', async () => {
  const { control, data } = await buildMembers();
  for (let i = 0; i < data.length; i++) {
    const flipped = Buffer.from(data);
    flipped[i] = (flipped[i] ?? 0) ^ 4;
    expect(typeof (await verdict(chunksOf(Buffer.concat([control, flipped]))))).toBe('string');
  }
});

test('random bytes are refused, whatever they begin with', async () => {
  const beginnings = [
    Buffer.alloc(0),
    Buffer.from([0x1f, 0x8b, 8]),
    Buffer.from('1f8b08000000000000', 'hex'),
  ];
  const garbage = fc.tuple(fc.constantFrom(...beginnings), fc.uint8Array({ maxLength: 2048 }));
  await fc.assert(
    fc.asyncProperty(garbage, async ([start, rest]) => {
      expect(typeof (await verdict(chunksOf(Buffer.concat([start, rest]))))).toBe('string');
    }),
    { numRuns: 500 },
  );
});

test('random tar streams in right gzip members are refused or reported, and never crash', async () => {
  const { control } = await buildMembers();
  const block = fc.oneof(
    fc.uint8Array({ minLength: 512, maxLength: 512 }),
    fc.constant(Buffer.alloc(512)),
    fc.constant(Buffer.from('usr')),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(block, { maxLength: 6 }), fc.boolean(), async (blocks, inControl) => {
      const member = gzipMember(...blocks);
      await verdict(chunksOf(inControl ? Buffer.concat([member, bytes]) : Buffer.concat([control, member])));
    }),
    { numRuns: 300 },
  );
});

describe('how a file is cut into chunks never changes the answer', () => {
  const small = [...FAULTY_PACKAGES, ...DUBIOUS_PACKAGES].filter(({ title }) => !/MiB|bomb/.test(title));

  test('byte by byte', async () => {
    for (const { bytes: make } of small) {
      const file = await make();
      if (file.length < 4096) expect(await verdict(singleBytes(file))).toEqual(await verdict(chunksOf(file)));
    }
  });

  test('at random places', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...small),
        fc.array(fc.nat(2000), { maxLength: 12 }),
        async (row, ends) => {
          const file = await row.bytes();
          const inFile = ends.map((end) => end % (file.length + 1));
          expect(await verdict(chunksOf(file, inFile))).toEqual(await verdict(chunksOf(file)));
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('an upload that breaks off with an error fails with that error', async () => {
  async function* broken() {
    yield bytes.subarray(0, bytes.length - 40);
    throw new Error('the client went away');
  }
  await expect(readPackage(broken())).rejects.toThrow('the client went away');
});

test('the rest of a refused upload is not read', async () => {
  let closed = false;
  async function* endless() {
    try {
      yield Buffer.from('PK\x03\x04');
      for (;;) yield Buffer.alloc(1024);
    } finally {
      closed = true;
    }
  }
  await expect(readPackage(endless())).rejects.toMatchObject({ code: 'android-package' });
  expect(closed).toBe(true);
});
