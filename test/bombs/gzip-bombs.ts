import { constants, deflateRawSync } from 'node:zlib';
import { encodeGzip, RIGHT_GZIP } from '#test/fuzz/packages/raw-gzip.ts';
import { buildMembers, buildPackage } from '#test/support/build-package.ts';
import { END_OF_ARCHIVE, gzipMember, patchHeader, tarOf } from '#test/support/tar-members.ts';
import { type Bomb, MiB, repeated } from './bomb.ts';

/** Blocks of a deflate stream that goes on after them. */
export const deflateOpen = (bytes: Uint8Array, strategy: number = constants.Z_DEFAULT_STRATEGY): Buffer =>
  deflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, strategy });

export const GZIP_HEADER: Buffer = gzipMember().subarray(0, 10);
const EMPTY_BLOCK = Buffer.from([0, 0, 0, 0xff, 0xff]);

/** The header of a file of so many bytes, which are still to come. */
export async function headerOf(size: number): Promise<Buffer> {
  const header = await tarOf([{ name: 'zeros', content: '', mode: 0o644 }]);
  return patchHeader(header, 'size', size.toString(8).padStart(11, '0'));
}

/** A gzip member that never ends: a tar header, and blocks of the file's body. */
const openMember = async (blocks: Uint8Array) =>
  Buffer.concat([GZIP_HEADER, deflateOpen(await headerOf(8 ** 11 - 1)), blocks]);

const ZEROS = deflateOpen(Buffer.alloc(MiB));
const MEMBER_OF_ZEROS = gzipMember(Buffer.alloc(8 * MiB));
const NAMED = encodeGzip(Buffer.alloc(0), { ...RIGHT_GZIP, name: 'n'.repeat(65_000) });
const EXTRA = encodeGzip(Buffer.alloc(0), { ...RIGHT_GZIP, extra: Buffer.alloc(65_000) });

/** Letters of which a few are frequent, so that each block has Huffman codes of its own. */
const TABLE = deflateOpen(Buffer.from('aaaaaaaabbbbccdefghijklmnopq'.repeat(4)), constants.Z_HUFFMAN_ONLY);

const withData = (data: Uint8Array, size = '1') => buildPackage({ data, fields: { size } });
const behindControl = async (data: Uint8Array) => Buffer.concat([(await buildMembers()).control, data]);

/** The stream of a tar without entries, then members with nothing in them. */
const emptyTar = (members: Uint8Array) => withData(Buffer.concat([gzipMember(END_OF_ARCHIVE), members]), '0');

const bomb = (title: string, answer: string, build: Bomb['build']): Bomb => ({
  title: `gzip: ${title}`,
  reader: 'package',
  answer,
  build,
});

export const GZIP_BOMBS: readonly Bomb[] = [
  bomb('zeros, a thousand to one, in the data', 'data-too-large', async (size) =>
    behindControl(await openMember(repeated(ZEROS, size))),
  ),
  bomb('the same in the control member', 'control-too-large', (size) => openMember(repeated(ZEROS, size))),
  bomb('members of 8 MiB of zeros each', 'data-too-large', async (size) =>
    behindControl(Buffer.concat([gzipMember(await headerOf(8 ** 11 - 1)), repeated(MEMBER_OF_ZEROS, size)])),
  ),
  bomb('empty members', 'too-many-members', (size) => emptyTar(repeated(gzipMember(), size))),
  bomb('empty members with names of 65,000 bytes', 'accepted', (size) =>
    emptyTar(repeated(NAMED, Math.min(size, 900 * NAMED.length))),
  ),
  bomb('empty members with extra fields of 65,000 bytes', 'accepted', (size) =>
    emptyTar(repeated(EXTRA, Math.min(size, 900 * EXTRA.length))),
  ),
  bomb('a name that never ends', 'corrupt-gzip', (size) =>
    behindControl(Buffer.concat([Buffer.from('1f8b0808000000000003', 'hex'), Buffer.alloc(size, 'n')])),
  ),
  bomb('empty blocks in the data', 'accepted', (size) => {
    const blocks = [GZIP_HEADER, repeated(EMPTY_BLOCK, size), gzipMember(END_OF_ARCHIVE).subarray(10)];
    return withData(Buffer.concat(blocks), '0');
  }),
  bomb('empty blocks in the control member', 'control-too-large', async (size) =>
    Buffer.concat([GZIP_HEADER, repeated(EMPTY_BLOCK, Math.max(size, 2 * MiB))]),
  ),
  bomb('blocks with Huffman codes of their own', 'truncated', async (size) =>
    behindControl(await openMember(repeated(TABLE, size))),
  ),
];
