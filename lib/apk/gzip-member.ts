import { crc32, createInflateRaw, type InflateRaw } from 'node:zlib';
import { ApkFormatError } from './apk-format-error.ts';
import { type ByteSource, truncatedAt } from './byte-source.ts';
import { MAX_GZIP_HEADER_BYTES } from './limits.ts';

/** What a member's reader wants to know while the member is read. */
export interface MemberReader {
  /** Given each run of the member's compressed bytes, header and trailer included. */
  onCompressed?(bytes: Uint8Array): void;
  /** Asked after each step with the totals so far; throws when they are too much. */
  checkSize(compressed: number, inflated: number): void;
}

const NOTHING = new Uint8Array(0);
const OUTPUT_CHUNK_BYTES = 256 * 1024;

/** RFC 1952, 2.3.1: flag bits of the header. */
const FHCRC = 2;
const FEXTRA = 4;
const FNAME = 8;
const FCOMMENT = 16;
const RESERVED = 0xe0;

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * Inflates the one gzip member at the cursor and leaves the cursor behind it. Node's own gunzip joins
 * members silently and ignores trailing bytes, so header and trailer are read here (RFC 1952).
 * @throws ApkFormatError `not-gzip`, `truncated`, `corrupt-gzip`, and what the reader throws
 */
export async function* inflateMember(source: ByteSource, reader: MemberReader): AsyncGenerator<Uint8Array> {
  const start = source.offset;
  await readHeader(source, reader);
  const headerBytes = source.offset - start;
  const engine = createInflateRaw({ chunkSize: OUTPUT_CHUNK_BYTES });
  let inflated = 0;
  // Asked of what goes in, too: a stream of empty blocks never gives anything.
  const onFed = () => reader.checkSize(headerBytes + engine.bytesWritten, inflated);
  const feeding = feed(source, engine, { ...reader, onFed });
  let crc = 0;
  try {
    for await (const bytes of engine as AsyncIterable<Buffer>) {
      inflated += bytes.length;
      crc = crc32(bytes, crc);
      reader.checkSize(headerBytes + engine.bytesWritten, inflated);
      yield bytes;
    }
  } catch (error) {
    throw isZlibError(error) ? corrupt(start, error) : error;
  } finally {
    engine.destroy();
    await feeding;
  }
  await readTrailer(source, reader, { start, crc, inflated });
}

async function readHeader(source: ByteSource, reader: MemberReader): Promise<void> {
  let crc = 0;
  const take = async (count: number) => {
    const bytes = await source.take(count);
    reader.onCompressed?.(bytes);
    crc = crc32(bytes, crc);
    return bytes;
  };
  const start = source.offset;
  const header = await take(10);
  const [, , method, flags = 0] = header;
  if (!isGzip(header) || method !== 8 || flags & RESERVED) {
    throw new ApkFormatError('not-gzip', `There is no gzip member at byte ${start}.`);
  }
  if (flags & FEXTRA) {
    const [low = 0, high = 0] = await take(2);
    await take(low | (high << 8));
  }
  for (const text of [FNAME, FCOMMENT]) {
    // Not byte by byte: a thousand members may have a long name each.
    for (let ended = !(flags & text); !ended; ) {
      const chunk = (await source.peek()) ?? NOTHING;
      const end = chunk.indexOf(0);
      ended = end !== -1;
      await take(ended ? end + 1 : Math.max(chunk.length, 1));
      if (source.offset - start > MAX_GZIP_HEADER_BYTES) throw corrupt(start);
    }
  }
  if (flags & FHCRC) {
    const expected = crc & 0xffff;
    const [low = 0, high = 0] = await take(2);
    if ((low | (high << 8)) !== expected) throw corrupt(start);
  }
}

/** Writes to the engine until the deflate stream ends; consumes from the source only what it took. */
async function feed(
  source: ByteSource,
  engine: InflateRaw,
  reader: Pick<MemberReader, 'onCompressed'> & { onFed(): void },
): Promise<void> {
  try {
    for (let ended = false; !ended; ) {
      const chunk = await source.peek();
      if (chunk === undefined) throw truncatedAt(source.offset);
      const before = engine.bytesWritten;
      const writing = write(engine, chunk);
      await source.readAhead();
      ended = await writing;
      const used = engine.bytesWritten - before;
      reader.onCompressed?.(chunk.subarray(0, used));
      source.skip(used);
      reader.onFed();
    }
  } catch (error) {
    engine.destroy(error as Error);
  }
}

/** Resolves to true when the deflate stream ended in or before `chunk` (or broke), which zlib does not say by the callback. */
function write(engine: InflateRaw, chunk: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    const done = () => {
      engine.off('end', done).off('close', done);
      resolve(true);
    };
    engine.once('end', done).once('close', done);
    engine.write(chunk, () => {
      engine.off('end', done).off('close', done);
      resolve(engine.destroyed);
    });
  });
}

async function readTrailer(
  source: ByteSource,
  reader: MemberReader,
  expected: { start: number; crc: number; inflated: number },
): Promise<void> {
  const trailer = await source.take(8);
  reader.onCompressed?.(trailer);
  const view = new DataView(trailer.buffer, trailer.byteOffset, 8);
  if (view.getUint32(0, true) !== expected.crc || view.getUint32(4, true) !== expected.inflated % 2 ** 32) {
    throw corrupt(expected.start);
  }
}

const isZlibError = (error: unknown) => String((error as NodeJS.ErrnoException)?.code).startsWith('Z_');

function corrupt(start: number, cause?: unknown): ApkFormatError {
  return new ApkFormatError('corrupt-gzip', `The gzip member at byte ${start} is damaged.`, { cause });
}
