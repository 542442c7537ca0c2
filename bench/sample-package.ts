import { createHash } from 'node:crypto';
import { constants, crc32, deflateRawSync } from 'node:zlib';
import { buildMembers } from '#test/support/build-package.ts';
import { END_OF_ARCHIVE, file, tarOf } from '#test/support/tar-members.ts';
import { randomNumbers } from './random-numbers.ts';

/** `software` compresses three to one, as binaries and texts do; `media` not at all. */
export type Content = 'software' | 'media';

const KiB = 1024;
/** Bytes of the files, over and over: most files of a package are small, most bytes are in large ones. */
const FILE_SIZES = [1024 * KiB, 64 * KiB, 8 * KiB, 8 * KiB, 2 * KiB];
/** What abuild calls gzip with. */
const LEVEL = 9;
/** RFC 1952, 2.3: no name, no time, deflated as well as can be, by Unix. */
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3]);

/**
 * A right package of about `bytes` bytes, the same each time, as a stream. A gigabyte is made in seconds: what
 * is in its files is deflated once, on its own, and put into the one deflate stream for each file that has it.
 */
export async function* samplePackage(bytes: number, content: Content): AsyncGenerator<Buffer> {
  const bodies = FILE_SIZES.map((size) => bodyOf(generate(content, Math.min(size, bytes))));
  const data = () => dataMember(bytes, bodies);
  const hash = createHash('sha256');
  for await (const part of data()) hash.update(part);
  const fields = { size: String(bytes), datahash: hash.digest('hex') };
  yield (await buildMembers({ fields, entries: [] })).control;
  yield* data();
}

interface Body {
  /** With the zeros after it. */
  inflated: Buffer;
  deflated: Buffer;
  /** What describes it, but for the name. */
  entry: ReturnType<typeof file>;
}

function bodyOf(content: Buffer): Body {
  const inflated = Buffer.concat([content, Buffer.alloc(-content.length & 511)]);
  return { inflated, deflated: deflateOpen(inflated), entry: file('', content) };
}

/** Blocks of a deflate stream that goes on, and that refer to nothing before them. */
const deflateOpen = (bytes: Buffer) =>
  deflateRawSync(bytes, { level: LEVEL, finishFlush: constants.Z_SYNC_FLUSH });

async function* dataMember(bytes: number, bodies: readonly Body[]): AsyncGenerator<Buffer> {
  let [crc, inflated, deflated] = [0, 0, 0];
  const count = (part: Buffer) => {
    crc = crc32(part, crc);
    inflated += part.length;
  };
  yield GZIP_HEADER;
  for (let i = 0; deflated < bytes; i++) {
    const body = bodies[i % bodies.length] as Body;
    const header = await headerOf(`file-${i}`, body);
    count(header);
    count(body.inflated);
    const part = Buffer.concat([deflateOpen(header), body.deflated]);
    deflated += part.length;
    yield part;
  }
  count(END_OF_ARCHIVE);
  yield deflateRawSync(END_OF_ARCHIVE);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc);
  trailer.writeUInt32LE(inflated % 2 ** 32, 4);
  yield trailer;
}

/** The pax and ustar headers of a file. */
async function headerOf(name: string, { entry, inflated }: Body): Promise<Buffer> {
  const tar = await tarOf([{ ...entry, name }]);
  return tar.subarray(0, tar.length - inflated.length);
}

function generate(content: Content, bytes: number): Buffer {
  const next = randomNumbers();
  if (content === 'media') return Buffer.from(Uint8Array.from({ length: bytes }, () => next() * 256));
  const words = Array.from({ length: 1000 }, () =>
    Buffer.from(Uint8Array.from({ length: 2 + next() * 12 }, () => 32 + next() * 64)),
  );
  const made = Buffer.alloc(bytes);
  // Common words are many times as frequent as rare ones, and between them is what looks like addresses.
  for (let at = 0; at < bytes; ) {
    const word = words[Math.floor(words.length * next() ** 5)] as Buffer;
    at += word.copy(made, at);
    if (next() < 0.08 && at < bytes) made[at++] = next() * 256;
  }
  return made;
}
