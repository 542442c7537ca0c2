/** Who is given a bomb: the reader of packages, of other registries' indexes, of the API's forms or of S3's stand-in. */
export type BombReader = 'package' | 'index' | 'form' | 'S3 form';

/** Input that is small for whoever sends it, and would be large or slow for whoever reads it without a limit. */
export interface Bomb {
  /** What there is too much of. */
  title: string;
  reader: BombReader;
  /** `accepted`, or the code of the refusal. */
  answer: string;
  /** @param size bytes that it has, as near as its parts allow */
  build(size: number): Promise<Buffer>;
}

export const MiB = 1024 * 1024;

/** What a bomb of this size may inflate to without being refused for it: nearly what packages may. */
export const inflatedBytes = (size: number): number => Math.min(60 * MiB, size * 40);

/** So many copies as have `size` bytes together, one at least. */
export const repeated = (part: Uint8Array, size: number): Buffer =>
  Buffer.concat(Array<Uint8Array>(Math.max(1, Math.floor(size / part.length))).fill(part));
