import { buildMembers, buildPackage } from '#test/support/build-package.ts';
import {
  directory,
  END_OF_ARCHIVE,
  extensionEntry,
  gzipMember,
  patchHeader,
  tarOf,
} from '#test/support/tar-members.ts';
import { type Bomb, inflatedBytes, MiB, repeated } from './bomb.ts';
import { deflateOpen, GZIP_HEADER, headerOf } from './gzip-bombs.ts';

const withTar = (...tar: Uint8Array[]) =>
  buildPackage({ data: gzipMember(...tar, END_OF_ARCHIVE), fields: { size: '1' } });

const bomb = (title: string, answer: string, build: Bomb['build']): Bomb => ({
  title: `tar: ${title}`,
  reader: 'package',
  answer,
  build,
});

const BLOCK = 512;
/** What a header of an empty file has as deflated, whose name is a number. */
const DEFLATED_HEADER = 24;

async function emptyFiles(count: number): Promise<Buffer> {
  const one = await tarOf([{ name: '0'.repeat(8), content: '', mode: 0o644 }]);
  const files = Buffer.alloc(count * BLOCK);
  for (let i = 0; i < count; i++) patchHeader(one, 'name', String(i).padStart(8, '0')).copy(files, i * BLOCK);
  return files;
}

/** Directories in a deep one, again and again: each name has `segment` as often as a path can. */
async function deepPaths(segment: string, count: number): Promise<Buffer> {
  const path = segment.repeat(Math.floor(4000 / segment.length));
  const deepest = path.split('/').slice(0, -1);
  const parents = await Promise.all(
    deepest.map(async (_, i) => longEntry(deepest.slice(0, i + 1).join('/'))),
  );
  return Buffer.concat([...parents, repeated(await longEntry(deepest.join('/')), count * 5120)]);
}

const longEntry = async (name: string) =>
  Buffer.concat([await extensionEntry('L', `${name}\0`), await tarOf([directory('d')])]);

export const TAR_BOMBS: readonly Bomb[] = [
  bomb('empty files', 'accepted', async (size) =>
    withTar(await emptyFiles(Math.floor(size / DEFLATED_HEADER))),
  ),
  bomb('one directory again and again', 'accepted', async (size) =>
    withTar(repeated(await tarOf([directory('usr')]), inflatedBytes(size))),
  ),
  bomb('directories, one in the other', 'accepted', async (size) =>
    withTar(await deepPaths('a/', Math.min(10_000, size / 100))),
  ),
  bomb('paths of 4,000 bytes', 'accepted', async (size) =>
    withTar(await deepPaths('abcdefghi/', Math.min(17_000, size / 100))),
  ),
  bomb('a file of 8 GiB that is not there', 'corrupt-tar', async () => withTar(await headerOf(8 ** 11 - 1))),
  bomb('zeros behind the end', 'data-too-large', async (size) => {
    const { control } = await buildMembers();
    return Buffer.concat([control, GZIP_HEADER, repeated(deflateOpen(Buffer.alloc(MiB)), size)]);
  }),
];
