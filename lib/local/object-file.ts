import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** Base64, as in `x-amz-checksum-*`. */
export interface Checksums {
  sha256?: string;
  crc32?: string;
}

export interface ObjectMetadata {
  key: string;
  /** In double quotes: the body's MD5 in hex, or, of parts, that of theirs, a hyphen and their number. */
  etag: string;
  /** Bytes. */
  size: number;
  /** Epoch milliseconds. */
  lastModified: number;
  contentType: string;
  cacheControl?: string;
  /** By the end of their header's name, without `x-amz-meta-`. */
  userMetadata?: Record<string, string>;
  /** Those that the writer sent along; S3 too answers with no others. */
  checksums: Checksums;
}

/** What the bytes of a body turned out to be. */
export interface Digests {
  /** Bytes. */
  size: number;
  /** Hex. */
  md5: string;
  sha256: Buffer;
  crc32: Buffer;
}

/** Written after the body, so that a body of any size is streamed once: JSON, then its length in 4 bytes. */
const TRAILER_LENGTH_BYTES = 4;
const MAX_TRAILER_BYTES = 64 * 1024;

/** Streams a body into a new file. */
export async function writeBody(path: string, body: AsyncIterable<Uint8Array>): Promise<Digests> {
  const md5 = createHash('md5');
  const sha256 = createHash('sha256');
  let crc = 0;
  let size = 0;
  const file = await open(path, 'wx');
  try {
    for await (const chunk of body) {
      md5.update(chunk);
      sha256.update(chunk);
      crc = crc32(chunk, crc);
      size += chunk.length;
      await file.writeFile(chunk);
    }
  } finally {
    await file.close();
  }
  return { size, md5: md5.digest('hex'), sha256: sha256.digest(), crc32: crc32Bytes(crc) };
}

/** As checksums have it: four bytes, the highest first. */
export function crc32Bytes(crc: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return bytes;
}

/** Completes a file made by `writeBody`; on return it is on the disk. */
export async function appendMetadata(path: string, metadata: ObjectMetadata) {
  const json = Buffer.from(JSON.stringify(metadata));
  const length = Buffer.alloc(TRAILER_LENGTH_BYTES);
  length.writeUInt32BE(json.length);
  const file = await open(path, 'a');
  try {
    await file.writeFile(Buffer.concat([json, length]));
    await file.sync();
  } finally {
    await file.close();
  }
}

/** @throws Error when the file was not made by `writeBody` and `appendMetadata`, or was damaged since */
export async function readMetadata(path: string): Promise<ObjectMetadata> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const lengthAt = size - TRAILER_LENGTH_BYTES;
    if (lengthAt < 0) throw new Error(`${path} is not a stored object: it has ${size} bytes`);
    const length = Buffer.alloc(TRAILER_LENGTH_BYTES);
    await file.read(length, 0, length.length, lengthAt);
    const trailer = Buffer.alloc(Math.min(length.readUInt32BE(), MAX_TRAILER_BYTES, lengthAt));
    await file.read(trailer, 0, trailer.length, lengthAt - trailer.length);
    const metadata: ObjectMetadata = JSON.parse(trailer.toString());
    if (metadata.size !== lengthAt - trailer.length) throw new Error(`its size should be ${metadata.size}`);
    return metadata;
  } catch (cause) {
    throw new Error(`${path} is not a whole stored object; was the data folder changed by hand?`, { cause });
  } finally {
    await file.close();
  }
}
