import { constants, crc32, inflateRawSync } from 'node:zlib';
import { Deflate, Z_SYNC_FLUSH } from 'pako';
import { ApkFormatError } from './apk-format-error.ts';
import { combineCrc32 } from './combine-crc32.ts';
import { DEFLATE_LEVEL } from './gzip.ts';

/** A part of what a gzip member inflates to, deflated without reference to what is before it. */
export interface Segment {
  /** Blocks of a deflate stream that goes on, up to a byte boundary. */
  deflated: Uint8Array;
  inflatedBytes: number;
  /** CRC-32 of what it inflates to. */
  crc: number;
}

/** ID1, ID2, deflate, FEXTRA, no time, no level, Unix. Source: RFC 1952, 2.3. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 3]);
/** The subfield of FEXTRA that is ours: a table of the segments. Whoever does not know it passes over it (RFC 1952, 2.3.1.1). */
const TABLE_ID = 'Ag';
/** A row of it: bytes inflated, bytes deflated, CRC-32; little-endian, 4 bytes each. */
const ROW_BYTES = 12;
/** XLEN, then the subfield's ID and length. */
const TABLE_AT = HEADER.length + 6;
export const MAX_SEGMENTS = Math.floor((0xffff - 4) / ROW_BYTES);
/** The last block of the stream, with nothing in it. Source: RFC 1951, 3.2.6 */
const LAST_BLOCK = Buffer.from([3, 0]);
const TRAILER_BYTES = 8;

/** The same bytes for the same input on every machine, as `gzip`. */
export function deflateSegment(bytes: Uint8Array): Segment {
  const parts: Uint8Array[] = [];
  const deflate = new Deflate({ raw: true, level: DEFLATE_LEVEL });
  deflate.onData = (part) => parts.push(part);
  deflate.push(bytes, Z_SYNC_FLUSH);
  return { deflated: Buffer.concat(parts), inflatedBytes: bytes.length, crc: crc32(bytes) };
}

/** @throws ApkFormatError `corrupt-gzip` where it is not what the table says */
export function inflateSegment({ deflated, inflatedBytes, crc }: Segment): Buffer {
  const bytes = inflate(deflated, inflatedBytes);
  if (bytes?.length !== inflatedBytes || crc32(bytes) !== crc)
    throw new ApkFormatError('corrupt-gzip', 'A segment of the index is not what its header says.');
  return bytes;
}

function inflate(deflated: Uint8Array, inflatedBytes: number): Buffer | undefined {
  try {
    return inflateRawSync(deflated, {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: Math.max(1, inflatedBytes),
    });
  } catch {
    return undefined;
  }
}

/** One gzip member of all segments; it tells where they are, unless they are more than `MAX_SEGMENTS`. */
export function joinSegments(segments: readonly Segment[]): Buffer {
  const { inflatedBytes, crc } = totalsOf(segments);
  const trailer = Buffer.alloc(TRAILER_BYTES);
  trailer.writeUInt32LE(crc);
  trailer.writeUInt32LE(inflatedBytes, 4);
  return Buffer.concat([
    HEADER,
    encodeTable(segments.length > MAX_SEGMENTS ? [] : segments),
    ...segments.map(({ deflated }) => deflated),
    LAST_BLOCK,
    trailer,
  ]);
}

/**
 * The segments of a member, where its header tells of them; nothing is inflated.
 * @returns `undefined` where it does not, or cannot be right
 */
export function splitSegments(member: Uint8Array): Segment[] | undefined {
  const bytes = Buffer.from(member.buffer, member.byteOffset, member.length);
  const table = decodeTable(bytes);
  if (table === undefined) return undefined;
  const segments: Segment[] = [];
  let at = TABLE_AT + table.length;
  for (let row = 0; row < table.length; row += ROW_BYTES) {
    const end = at + table.readUInt32LE(row + 4);
    segments.push({
      deflated: bytes.subarray(at, end),
      inflatedBytes: table.readUInt32LE(row),
      crc: table.readUInt32LE(row + 8),
    });
    at = end;
  }
  const { inflatedBytes, crc } = totalsOf(segments);
  const end = bytes.subarray(at);
  if (end.length !== LAST_BLOCK.length + TRAILER_BYTES || !end.subarray(0, 2).equals(LAST_BLOCK))
    return undefined;
  return end.readUInt32LE(2) === crc && end.readUInt32LE(6) === inflatedBytes ? segments : undefined;
}

function totalsOf(segments: readonly Segment[]): { inflatedBytes: number; crc: number } {
  let [inflatedBytes, crc] = [0, 0];
  for (const segment of segments) {
    crc = combineCrc32(crc, segment.crc, segment.inflatedBytes);
    inflatedBytes += segment.inflatedBytes;
  }
  return { inflatedBytes, crc };
}

function encodeTable(segments: readonly Segment[]): Buffer {
  const table = Buffer.alloc(6 + segments.length * ROW_BYTES);
  table.writeUInt16LE(table.length - 2);
  table.write(TABLE_ID, 2, 'latin1');
  table.writeUInt16LE(segments.length * ROW_BYTES, 4);
  for (const [i, { inflatedBytes, deflated, crc }] of segments.entries()) {
    const row = 6 + i * ROW_BYTES;
    table.writeUInt32LE(inflatedBytes, row);
    table.writeUInt32LE(deflated.length, row + 4);
    table.writeUInt32LE(crc, row + 8);
  }
  return table;
}

/** The rows of a table that is the only subfield. */
function decodeTable(bytes: Buffer): Buffer | undefined {
  if (bytes.length < TABLE_AT || !bytes.subarray(0, HEADER.length).equals(HEADER)) return undefined;
  const tableBytes = bytes.readUInt16LE(HEADER.length + 4);
  const isOurs =
    bytes.toString('latin1', HEADER.length + 2, HEADER.length + 4) === TABLE_ID &&
    bytes.readUInt16LE(HEADER.length) === tableBytes + 4;
  if (!isOurs || tableBytes === 0 || tableBytes % ROW_BYTES !== 0) return undefined;
  const table = bytes.subarray(TABLE_AT, TABLE_AT + tableBytes);
  return table.length === tableBytes ? table : undefined;
}
