import { ApkFormatError } from './apk-format-error.ts';

/** A cursor over bytes that arrive in chunks; holds one chunk at a time. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #onRead: (bytes: Uint8Array) => void;
  #chunk: Uint8Array = new Uint8Array(0);
  #offset = 0;

  /** @param onRead is given every chunk once, as it arrives */
  constructor(chunks: AsyncIterable<Uint8Array>, onRead: (bytes: Uint8Array) => void = () => {}) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#onRead = onRead;
  }

  /** Bytes consumed so far: where the cursor stands in the file. */
  get offset(): number {
    return this.#offset;
  }

  /** The bytes at the cursor, at least one; `undefined` at the end. */
  async peek(): Promise<Uint8Array | undefined> {
    while (this.#chunk.length === 0) {
      const next = await this.#chunks.next();
      if (next.done) return undefined;
      this.#onRead(next.value);
      this.#chunk = next.value;
    }
    return this.#chunk;
  }

  /** Moves the cursor over bytes that `peek` has shown. */
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

  /** Puts bytes that were just taken back before the cursor. */
  unread(bytes: Uint8Array): void {
    this.#chunk = this.#chunk.length === 0 ? bytes : concat(bytes, this.#chunk);
    this.#offset -= bytes.length;
  }

  /** Tells the producer that nothing more will be read. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}

export function truncatedAt(offset: number): ApkFormatError {
  return new ApkFormatError('truncated', `The file ends in the middle of a gzip member, at byte ${offset}.`);
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}

/** Bytes that are all here, for a reader of streams. */
export async function* inOneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
