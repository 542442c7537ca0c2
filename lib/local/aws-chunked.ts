import { S3Error } from './s3-error.ts';

const MAX_LINE_BYTES = 4096;
const MAX_TRAILERS = 16;

/**
 * Decodes the `aws-chunked` content encoding, which SDKs send when they learn a body's checksum only at its end.
 * Chunk signatures are not verified. Trailing headers are added to `trailers` when the end is reached.
 * Source: S3 API Reference, "Signature calculations for the Authorization header: transferring payload in
 * multiple chunks", and "… including trailing headers".
 * @throws S3Error `IncompleteBody`
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Uint8Array>,
  trailers: Headers,
): AsyncGenerator<Uint8Array> {
  const input = new ByteCursor(source);
  for (;;) {
    const line = await input.line();
    const size = /^([0-9a-f]{1,8})(?:;.*)?$/i.exec(line)?.[1];
    if (size === undefined) throw incomplete(`a chunk starts with ${JSON.stringify(line.slice(0, 40))}`);
    if (Number.parseInt(size, 16) === 0) break;
    yield* input.bytes(Number.parseInt(size, 16));
    if ((await input.line()) !== '') throw incomplete('a chunk is longer than it says');
  }
  for (let count = 0; !(await input.atEnd()); count++) {
    const line = await input.line();
    if (line === '') return;
    const colon = line.indexOf(':');
    if (colon < 1 || count === MAX_TRAILERS) throw incomplete('its trailing headers cannot be read');
    trailers.append(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
}

const incomplete = (why: string) =>
  new S3Error('IncompleteBody', `The aws-chunked body cannot be decoded: ${why}`);

/** Reads lines and runs of bytes from a stream of pieces of any size. */
class ByteCursor {
  readonly #source: AsyncIterator<Uint8Array>;
  #piece: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async atEnd(): Promise<boolean> {
    return this.#piece.length === 0 && !(await this.#more());
  }

  /** Up to CRLF, without it. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#piece.indexOf('\r\n');
      if (end >= 0) return this.#take(end + 2).toString('latin1', 0, end);
      if (this.#piece.length > MAX_LINE_BYTES)
        throw incomplete(`a line is longer than ${MAX_LINE_BYTES} bytes`);
      if (!(await this.#more())) throw incomplete('it ends too early');
    }
  }

  async *bytes(count: number): AsyncGenerator<Uint8Array> {
    for (let left = count; left > 0; ) {
      if (await this.atEnd()) throw incomplete('it ends too early');
      const taken = this.#take(Math.min(left, this.#piece.length));
      left -= taken.length;
      yield taken;
    }
  }

  #take(count: number): Buffer {
    const taken = this.#piece.subarray(0, count);
    this.#piece = this.#piece.subarray(count);
    return taken;
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#source.next();
    if (!done)
      this.#piece = this.#piece.length === 0 ? Buffer.from(value) : Buffer.concat([this.#piece, value]);
    return !done;
  }
}
