import { paxEntry, paxRecord } from '#test/fuzz/packages/raw-package.ts';
import { encodeTar, rawEntry } from '#test/fuzz/packages/raw-tar.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { END_OF_ARCHIVE, gzipMember } from '#test/support/tar-members.ts';
import { type Bomb, inflatedBytes, MiB, repeated } from './bomb.ts';

const withTar = (...tar: Uint8Array[]) =>
  buildPackage({ data: gzipMember(...tar, END_OF_ARCHIVE), fields: { size: '1' } });

const bomb = (title: string, answer: string, build: Bomb['build']): Bomb => ({
  title: `pax: ${title}`,
  reader: 'package',
  answer,
  build,
});

const tar = (...entries: ReturnType<typeof rawEntry>[]) => encodeTar({ entries, end: Buffer.alloc(0) });
const usr = rawEntry('usr', { typeflag: '5' });

/** So many records with keys of their own, as short as they can be. */
const shortRecords = (count: number) =>
  Array.from({ length: count }, (_, i) => paxRecord(`k${i.toString(36)}`, '')).join('');

export const PAX_BOMBS: readonly Bomb[] = [
  bomb('a header of 8 GiB', 'unsupported-tar', async () =>
    withTar(tar({ ...paxEntry(''), size: '77777777777' })),
  ),
  bomb('headers of 1 MiB in one record', 'accepted', async (size) => {
    const header = tar(paxEntry(paxRecord('comment', 'x'.repeat(MiB - 20))), usr);
    return withTar(repeated(header, inflatedBytes(size)));
  }),
  bomb('headers of 1 MiB in short records', 'unsupported-tar', async (size) =>
    withTar(repeated(tar(paxEntry(shortRecords(105_000)), usr), inflatedBytes(size))),
  ),
  bomb('headers of 32 short records', 'accepted', async (size) =>
    withTar(repeated(tar(paxEntry(shortRecords(32)), usr), inflatedBytes(size))),
  ),
  bomb('a header before a header', 'corrupt-tar', async (size) =>
    withTar(repeated(tar(paxEntry(paxRecord('comment', 'x'))), inflatedBytes(size))),
  ),
];
