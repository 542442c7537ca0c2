import { createHash } from 'node:crypto';
import { createGzip } from 'node:zlib';
import { buildMembers, type PackageContents } from './build-package.ts';
import { END_OF_ARCHIVE, patchHeader, tarOf } from './tar-members.ts';

const BLOCK_BYTES = 1024 * 1024;

/** Bytes that deflate cannot make smaller. */
function incompressible(): Buffer {
  const parts: Buffer[] = [];
  for (let i = 0; i < BLOCK_BYTES / 32; i++) parts.push(createHash('sha256').update(String(i)).digest());
  return Buffer.concat(parts);
}

/** A right package with one file of `mebibytes`, as a stream that never holds it whole. */
export async function* largePackage(
  mebibytes: number,
  contents: PackageContents = {},
): AsyncGenerator<Buffer> {
  const block = incompressible();
  const checksum = createHash('sha1');
  for (let i = 0; i < mebibytes; i++) checksum.update(block);
  const pax = { 'APK-TOOLS.checksum.SHA1': checksum.digest('hex') };
  const size = mebibytes * BLOCK_BYTES;
  const header = await headerOf({ name: 'large', size, pax });
  const data = () => dataMember(header, block, mebibytes);
  const hash = createHash('sha256');
  for await (const bytes of data()) hash.update(bytes);
  const fields = { size: String(size), datahash: hash.digest('hex'), ...contents.fields };
  yield (await buildMembers({ ...contents, fields, entries: [] })).control;
  yield* data();
}

/** The pax and ustar headers of a file that is not there yet. */
async function headerOf({
  name,
  size,
  pax,
}: {
  name: string;
  size: number;
  pax: Record<string, string>;
}): Promise<Buffer> {
  const tar = await tarOf([{ name, mode: 0o644, content: '', pax }]);
  return patchHeader(tar, 'size', size.toString(8).padStart(11, '0'), tar.length - 512);
}

async function* dataMember(header: Buffer, block: Buffer, count: number): AsyncGenerator<Buffer> {
  const gzip = createGzip({ level: 0 });
  const writing = (async () => {
    gzip.write(header);
    for (let i = 0; i < count; i++) {
      if (!gzip.write(block)) await new Promise<void>((resolve) => gzip.once('drain', () => resolve()));
    }
    gzip.end(END_OF_ARCHIVE);
  })();
  for await (const bytes of gzip) yield bytes as Buffer;
  await writing;
}
