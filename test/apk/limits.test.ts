import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createGzip } from 'node:zlib';
import { DataMemberCheck } from '#apk/data-member.ts';
import {
  FREE_INFLATED_BYTES,
  MAX_CONTROL_BYTES,
  MAX_CONTROL_INFLATED_BYTES,
  MAX_FILES,
} from '#apk/limits.ts';
import { readPackage } from '#apk/package.ts';
import {
  buildMembers,
  buildPackage,
  controlMember,
  type PackageContents,
} from '#test/support/build-package.ts';
import { chunksOf } from '#test/support/chunks.ts';
import { largePackage } from '#test/support/large-package.ts';
import { END_OF_ARCHIVE, patchHeader, tarOf } from '#test/support/tar-members.ts';

const codeOf = (chunks: AsyncIterable<Uint8Array>) =>
  readPackage(chunks).then(
    ({ warnings }) => warnings[0]?.code ?? 'accepted',
    ({ code }: { code: string }) => code,
  );

const codeOfBuilt = async (contents: PackageContents) => codeOf(chunksOf(await buildPackage(contents)));

const many = (count: number) => Array.from({ length: count }, (_, i) => `so:lib${i}.so.1`);

test.each<{ title: string; just: PackageContents; over: PackageContents; code: string }>([
  {
    title: '2,000 dependencies',
    just: { fields: { depend: many(1999), provides: 'cmd:foo' } },
    over: { fields: { depend: many(2000), provides: 'cmd:foo' } },
    code: 'too-many-dependencies',
  },
  {
    title: '4,096 characters in a value',
    just: { fields: { depend: 'so:lib'.padEnd(15, 'x').concat(' ').repeat(256) } },
    over: { fields: { depend: `${'so:lib'.padEnd(15, 'x').concat(' ').repeat(256)} ` } },
    code: 'value-too-long',
  },
  {
    title: '255 bytes in a dependency',
    just: { fields: { depend: 'd'.repeat(255) } },
    over: { fields: { depend: 'd'.repeat(256) } },
    code: 'value-too-long',
  },
  {
    title: '120 KiB in a list of dependencies',
    just: { fields: { provides: Array.from({ length: 480 }, () => 'd'.repeat(255)) } },
    over: { fields: { provides: Array.from({ length: 481 }, () => 'd'.repeat(255)) } },
    code: 'metadata-too-large',
  },
  {
    title: '1,000 bytes in replaces',
    just: { fields: { replaces: Array.from({ length: 100 }, () => 'r'.repeat(9)) } },
    over: { fields: { replaces: Array.from({ length: 101 }, () => 'r'.repeat(9)) } },
    code: 'metadata-too-large',
  },
  {
    title: '1,900 bytes in the texts',
    just: {
      fields: {
        pkgname: 'foo',
        origin: undefined,
        url: undefined,
        license: undefined,
        pkgdesc: 'd'.repeat(1900 - 15),
      },
    },
    over: {
      fields: {
        pkgname: 'foo',
        origin: undefined,
        url: undefined,
        license: undefined,
        pkgdesc: 'd'.repeat(1900 - 14),
      },
    },
    code: 'metadata-too-large',
  },
  {
    title: '64 KiB in a line',
    just: { editInfo: (text) => `${text}${'#'.repeat(64 * 1024)}` },
    over: { editInfo: (text) => `${text}${'#'.repeat(64 * 1024 + 1)}` },
    code: 'value-too-long',
  },
  {
    title: '128 characters in a name',
    just: { fields: { pkgname: 'n'.repeat(128) } },
    over: { fields: { pkgname: 'n'.repeat(129) } },
    code: 'bad-name',
  },
  {
    title: '17 digits in a version',
    just: { version: '1'.repeat(17) },
    over: { version: '1'.repeat(18) },
    code: 'bad-version',
  },
  {
    title: '256 KiB in a script',
    just: { scripts: { '.trigger': '#'.repeat(256 * 1024) } },
    over: { scripts: { '.trigger': '#'.repeat(256 * 1024 + 1) } },
    code: 'script-too-large',
  },
])('$title are taken, one more is not', async ({ just, over, code }) => {
  expect(await codeOfBuilt(just)).toBe('accepted');
  expect(await codeOfBuilt(over)).toBe(code);
});

test('320 KiB of values are taken, more are not', async () => {
  const list = (count: number) => Array.from({ length: count }, () => 'x'.repeat(240));
  const fields = (count: number) => ({ depend: list(count), provides: list(count), install_if: list(count) });
  expect(await codeOfBuilt({ fields: fields(454) })).toBe('accepted');
  expect(await codeOfBuilt({ fields: fields(456) })).toBe('metadata-too-large');
});

test('hundreds of thousands of short lines are refused', async () => {
  const editInfo = (text: string) => text + 'depend = a\n'.repeat(500_000);
  expect(await codeOfBuilt({ editInfo })).toBe('metadata-too-large');
});

test('a control member inflates to 8 MiB and no further', async () => {
  const { data } = await buildMembers();
  let info = '';
  await buildMembers({ editInfo: (text) => (info = text) });
  const scripts = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`.script-${i}`, '#'.repeat(255 * 1024)]));
  const withScripts = async (count: number) =>
    codeOf(chunksOf(Buffer.concat([await controlMember(info, scripts(count)), data])));
  expect(32 * 255.5 * 1024).toBeLessThan(MAX_CONTROL_INFLATED_BYTES);
  expect(await withScripts(32)).toBe('accepted');
  expect(await withScripts(33)).toBe('control-too-large');
});

test('a control member has 1 MiB as compressed and no more', async () => {
  const { control, data } = await buildMembers();
  const stored = (size: number) => withStoredBlocks(control, size);
  expect(await codeOf(chunksOf(Buffer.concat([stored(MAX_CONTROL_BYTES - 64), data])))).toBe('accepted');
  expect(await codeOf(chunksOf(Buffer.concat([stored(MAX_CONTROL_BYTES + 64), data])))).toBe(
    'control-too-large',
  );
});

/** The member with empty stored blocks, five bytes each, before its own deflate stream. */
function withStoredBlocks(member: Buffer, size: number): Buffer {
  const blocks = Math.floor((size - member.length) / 5);
  const empty = Buffer.from([0, 0, 0, 0xff, 0xff]);
  return Buffer.concat([member.subarray(0, 10), ...Array<Buffer>(blocks).fill(empty), member.subarray(10)]);
}

/** A package whose data member is zeros; its datahash is wrong, which is found only at the end. */
async function* zeros(bytes: number): AsyncGenerator<Uint8Array> {
  yield (await buildMembers()).control;
  const header = await tarOf([{ name: 'zeros', content: '', mode: 0o644 }]);
  const gzip = createGzip({ level: 1 });
  gzip.write(patchHeader(header, 'size', bytes.toString(8).padStart(11, '0')));
  const block = Buffer.alloc(1024 * 1024);
  for (let written = 0; written < bytes; written += block.length) gzip.write(block);
  gzip.end(END_OF_ARCHIVE);
  for await (const chunk of gzip) yield chunk as Buffer;
}

test('data may inflate to 64 MiB whatever its compressed size, and then to forty times that', async () => {
  const MiB = 1024 * 1024;
  expect(await codeOf(zeros(FREE_INFLATED_BYTES - MiB))).toBe('datahash-wrong');
  expect(await codeOf(zeros(FREE_INFLATED_BYTES + 40 * MiB))).toBe('data-too-large');
});

test('a package has 500,000 entries and no more', () => {
  const check = new DataMemberCheck();
  const header = { name: 'usr', type: 'directory', size: 0, linkname: '', pax: {} } as const;
  for (let i = 0; i < MAX_FILES; i++) check.visit(header);
  expect(() => check.visit(header)).toThrow(expect.objectContaining({ code: 'too-many-files' }));
});

test('a package of 300 MiB is read in constant memory', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const held = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  let most = 0;
  let count = 0;
  async function* watched(): AsyncGenerator<Uint8Array> {
    for await (const chunk of largePackage(300)) {
      if (++count % 1000 === 0) most = Math.max(most, held());
      yield chunk;
    }
  }
  const before = held();
  const { warnings, size } = await readPackage(watched());
  expect(warnings).toEqual([]);
  expect(size).toBeGreaterThan(300 * 1024 * 1024);
  expect(most).toBeGreaterThan(0);
  expect(most - before).toBeLessThan(100 * 1024 * 1024);
});
