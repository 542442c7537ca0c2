import { constants, crc32, deflateRawSync } from 'node:zlib';

/** A gzip member as it is written. Source: RFC 1952. */
export interface RawGzip {
  method: number;
  reservedFlags: number;
  extra: Buffer | undefined;
  name: string | undefined;
  comment: string | undefined;
  /** Added to the right CRC of the header; `undefined` writes none. */
  headerCrcError: number | undefined;
  mtime: number;
  xfl: number;
  os: number;
  blocks: 'dynamic' | 'fixed' | 'stored' | 'huffman' | 'many';
  /** Empty stored blocks before the first one. */
  emptyBlocks: number;
  /** Added to the right CRC and to the right size. */
  crcError: number;
  sizeError: number;
}

export const RIGHT_GZIP: RawGzip = {
  method: 8,
  reservedFlags: 0,
  extra: undefined,
  name: undefined,
  comment: undefined,
  headerCrcError: undefined,
  mtime: 0,
  xfl: 0,
  os: 3,
  blocks: 'dynamic',
  emptyBlocks: 0,
  crcError: 0,
  sizeError: 0,
};

const [FHCRC, FEXTRA, FNAME, FCOMMENT] = [2, 4, 8, 16];
const EMPTY_BLOCK = Buffer.from([0, 0, 0, 0xff, 0xff]);

export function encodeGzip(bytes: Uint8Array, raw: RawGzip = RIGHT_GZIP): Buffer {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE((crc32(bytes) + raw.crcError) >>> 0, 0);
  trailer.writeUInt32LE((bytes.length + raw.sizeError) >>> 0, 4);
  const empty = Array<Buffer>(raw.emptyBlocks).fill(EMPTY_BLOCK);
  return Buffer.concat([encodeGzipHeader(raw), ...empty, deflate(bytes, raw.blocks), trailer]);
}

function encodeGzipHeader({ extra, name, comment, headerCrcError, ...raw }: RawGzip): Buffer {
  const flags =
    (headerCrcError === undefined ? 0 : FHCRC) |
    (extra === undefined ? 0 : FEXTRA) |
    (name === undefined ? 0 : FNAME) |
    (comment === undefined ? 0 : FCOMMENT) |
    raw.reservedFlags;
  const fixed = Buffer.from([0x1f, 0x8b, raw.method, flags, 0, 0, 0, 0, raw.xfl, raw.os]);
  fixed.writeUInt32LE(raw.mtime, 4);
  const parts: Buffer[] = [fixed];
  if (extra !== undefined) parts.push(Buffer.from([extra.length & 0xff, extra.length >> 8]), extra);
  for (const text of [name, comment]) if (text !== undefined) parts.push(Buffer.from(`${text}\0`, 'latin1'));
  const header = Buffer.concat(parts);
  if (headerCrcError === undefined) return header;
  const crc = Buffer.alloc(2);
  crc.writeUInt16LE((crc32(header) + headerCrcError) & 0xffff);
  return Buffer.concat([header, crc]);
}

const STRATEGY = {
  dynamic: { level: 6 },
  fixed: { strategy: constants.Z_FIXED },
  stored: { level: 0 },
  huffman: { strategy: constants.Z_HUFFMAN_ONLY },
};

function deflate(bytes: Uint8Array, blocks: RawGzip['blocks']): Buffer {
  if (blocks !== 'many') return deflateRawSync(bytes, STRATEGY[blocks]);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 200) {
    parts.push(deflateRawSync(bytes.subarray(at, at + 200), { finishFlush: constants.Z_SYNC_FLUSH }));
  }
  return Buffer.concat([...parts, deflateRawSync(Buffer.alloc(0))]);
}
