import { ApkFormatError } from './apk-format-error.ts';

const NOTHING: Uint8Array = new Uint8Array(0);

/** A cursor over bytes that arrive in chunks; holds the chunk at the cursor, and the next one if asked to. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #listeners: ((bytes: Uint8Array) => void)[] = [];
  #chunk = NOTHING;
  #ahead = NOTHING;
  #offset = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Shows `listener` each byte from the cursor to the end once, as it arrives. */
  listen(listener: (bytes: Uint8Array) => void): void {
    listener(this.#chunk);
    listener(this.#ahead);
    this.#listeners.push(listener);
  }

  /** Bytes consumed so far: where the cursor stands in the file. */
  get offset(): number {
    return this.#offset;
  }

  /** The bytes at the cursor, at least one; `undefined` at the end. */
  async peek(): Promise<Uint8Array | undefined> {
    if (this.#chunk.length === 0) {
      await this.readAhead();
      [this.#chunk, this.#ahead] = [this.#ahead, NOTHING];
    }
    return this.#chunk.length === 0 ? undefined : this.#chunk;
  }

  /** Has the bytes after those of `peek` arrive, and be listened to, while another thread works on the latter. */
  async readAhead(): Promise<void> {
    while (this.#ahead.length === 0) {
      const next = await this.#chunks.next();
      if (next.done) return;
      for (const listener of this.#listeners) listener(next.value);
      this.#ahead = next.value;
    }
  }

  /** The next `count` bytes, over which the cursor does not move; with fewer left, those. */
  async peekUpTo(count: number): Promise<Uint8Array> {
    let chunk = (await this.peek()) ?? NOTHING;
    while (chunk.length < count) {
      await this.readAhead();
      if (this.#ahead.length === 0) break;
      this.#chunk = chunk = Buffer.concat([chunk, this.#ahead]);
      this.#ahead = NOTHING;
    }
    return chunk.subarray(0, count);
  }

  /** Moves the cursor over bytes that were shown. */
  skip(count: number): void {
    this.#chunk = this.#chunk.subarray(count);
    this.#offset += count;
  }

  /** The next `count` bytes; with fewer left, those. */
  async takeUpTo(count: number): Promise<Uint8Array> {
    const first = await this.peek();
    if (first !== undefined && first.length >= count) {
      this.skip(count);
      return first.subarray(0, count);
    }
    const taken = new Uint8Array(count);
    let filled = 0;
    while (filled < count) {
      const chunk = await this.peek();
      if (chunk === undefined) return taken.subarray(0, filled);
      const part = chunk.subarray(0, count - filled);
      taken.set(part, filled);
      filled += part.length;
      this.skip(part.length);
    }
    return taken;
  }

  /** @throws ApkFormatError `truncated` */
  async take(count: number): Promise<Uint8Array> {
    const bytes = await this.takeUpTo(count);
    if (bytes.length < count) throw truncatedAt(this.#offset);
    return bytes;
  }

  /** Tells the producer that nothing more will be read. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}

export function truncatedAt(offset: number): ApkFormatError {
  return new ApkFormatError('truncated', `The file ends in the middle of a gzip member, at byte ${offset}.`);
}

/** Each write to zlib is a hop to another thread and back, and TLS hands over 16 KiB at a time. */
const LARGE_CHUNK_BYTES = 256 * 1024;

/** The same bytes in chunks that are worth a hop to another thread. */
export async function* inLargeChunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    size += chunk.length;
    if (size < LARGE_CHUNK_BYTES) continue;
    yield parts.length === 1 ? chunk : Buffer.concat(parts, size);
    [parts, size] = [[], 0];
  }
  if (size > 0) yield Buffer.concat(parts, size);
}

/** Bytes that are all here, for a reader of streams. */
export async function* inOneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
