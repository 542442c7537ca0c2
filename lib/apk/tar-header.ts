import { ApkFormatError, quote } from './apk-format-error.ts';
import { MAX_PATH_BYTES } from './limits.ts';
import type { PaxRecords } from './pax.ts';

export const RECORD_BYTES = 512;

export type TarType =
  | 'file'
  | 'link'
  | 'symlink'
  | 'character-device'
  | 'block-device'
  | 'directory'
  | 'fifo'
  | 'pax-header'
  | 'long-name';

/** One header of a tar stream, long names and pax records applied. */
export interface TarHeader {
  name: string;
  type: TarType;
  /** Bytes of the body. */
  size: number;
  /** Empty but for hard and symbolic links. */
  linkname: string;
  pax: PaxRecords;
}

/** POSIX ustar, and GNU's `L` for long names: the kinds of entry that apk reads. It passes over the others silently. */
const TYPES: Record<string, TarType> = {
  '0': 'file',
  '1': 'link',
  '2': 'symlink',
  '3': 'character-device',
  '4': 'block-device',
  '5': 'directory',
  '6': 'fifo',
  '7': 'file',
  x: 'pax-header',
  L: 'long-name',
};
const WITH_BODY = new Set<TarType>(['file', 'pax-header', 'long-name']);
/** apk gives all of these to mknod(2) with the numbers of a device. */
const WITH_DEVICE = new Set<TarType>(['character-device', 'block-device', 'fifo']);
const WITH_TARGET = new Set<TarType>(['link', 'symlink']);

/** Offset and length of each number field but the checksum. */
const NUMBER_FIELDS = [
  ['mode', 100, 8],
  ['uid', 108, 8],
  ['gid', 116, 8],
  ['size', 124, 12],
  ['mtime', 136, 12],
  ['devmajor', 329, 8],
  ['devminor', 337, 8],
] as const;
type Numbers = Record<(typeof NUMBER_FIELDS)[number][0], number>;

/** The greatest that Linux has. Source: Linux, include/linux/kdev_t.h, new_encode_dev. */
const MAX_DEVICE = { devmajor: 0xfff, devminor: 0xfffff };

/** Of a mode. apk sets them once more after the owner, and of a symbolic link nobody can. */
const SPECIAL_BITS = 0o7000;

/** A header as it stands in its block. */
export interface RawHeader {
  name: string;
  type: TarType;
  size: number;
  linkname: string;
  hasPrefix: boolean;
}

/**
 * Reads a header block where apk and every other reader agree on it, and refuses the rest.
 * Source: POSIX.1-2017 pax "ustar Interchange Format"; apk-tools 2.14.10 src/io_archive.c, 3.0.6 src/tar.c.
 * @throws ApkFormatError `corrupt-tar`, `unsupported-tar`
 */
export function decodeHeader(block: Uint8Array): RawHeader {
  const bytes = Buffer.from(block.buffer, block.byteOffset, RECORD_BYTES);
  const magic = bytes.toString('latin1', 257, 265);
  if (checksumOf(bytes) !== octal(bytes, 148, 8)) throw corrupt('a header has a wrong checksum');
  if (magic !== 'ustar\x0000' && magic !== 'ustar  \0') throw corrupt('a header is not ustar');
  const [base, prefix] = [textAt(bytes, 0, 100), textAt(bytes, 345, 155)];
  if (base === '') throw corrupt('a header has no name');
  const name = prefix === '' ? base : `${prefix}/${base}`;
  const flag = String.fromCharCode(bytes[156] ?? 0);
  const type = TYPES[flag];
  if (type === undefined) throw unsupported(name, `the type ${quote(flag)}`);
  if (magic !== 'ustar\x0000' && prefix !== '') throw unsupported(name, 'a prefix in a GNU header');
  const numbers = readNumbers(bytes, name);
  const { size } = numbers;
  if (size > 0 && !WITH_BODY.has(type))
    throw unsupported(name, `a body of ${size} bytes, though it is a ${type}`);
  if (type === 'symlink' && (numbers.mode & SPECIAL_BITS) !== 0)
    throw unsupported(name, 'setuid, setgid or the sticky bit, though it is a symlink');
  if (WITH_DEVICE.has(type)) checkDevice(numbers, name);
  return { name, type, size, linkname: textAt(bytes, 157, 100), hasPrefix: prefix !== '' };
}

function readNumbers(bytes: Buffer, name: string): Numbers {
  const numbers: Numbers = { mode: 0, uid: 0, gid: 0, size: 0, mtime: 0, devmajor: 0, devminor: 0 };
  for (const [field, offset, length] of NUMBER_FIELDS) {
    const number = octal(bytes, offset, length);
    if (number === undefined) throw unsupported(name, `a ${field} that is not octal`);
    numbers[field] = number;
  }
  return numbers;
}

function checkDevice(numbers: Numbers, name: string): void {
  for (const field of ['devmajor', 'devminor'] as const) {
    if (numbers[field] > MAX_DEVICE[field])
      throw unsupported(name, `the ${field} ${numbers[field]}; the limit is ${MAX_DEVICE[field]}`);
  }
}

/**
 * Applies what came before a header to it, as apk does.
 * @throws ApkFormatError `unsupported-tar`, `unsafe-path`
 */
export function applyExtensions(raw: RawHeader, pax: PaxRecords, longName: string | undefined): TarHeader {
  const name = pax.path ?? longName ?? raw.name;
  if (longName !== undefined && (raw.hasPrefix || pax.path !== undefined))
    throw unsupported(name, 'a GNU long name and another one');
  if (pax.linkpath !== undefined && !WITH_TARGET.has(raw.type))
    throw unsupported(name, `a linkpath, though it is a ${raw.type}`);
  const linkname = WITH_TARGET.has(raw.type) ? (pax.linkpath ?? raw.linkname) : '';
  if (WITH_TARGET.has(raw.type) && linkname === '') throw unsupported(name, 'no target');
  for (const path of [name, linkname]) {
    if (encodeName(path).length > MAX_PATH_BYTES)
      throw new ApkFormatError(
        'unsafe-path',
        `A tar stream in the file has a path of more than ${MAX_PATH_BYTES} bytes: ${quote(path)}.`,
      );
  }
  return { name, type: raw.type, size: raw.size, linkname, pax };
}

export const corrupt = (what: string) =>
  new ApkFormatError('corrupt-tar', `A tar stream in the file cannot be read: ${what}.`);

export const unsupported = (name: string, what: string) =>
  new ApkFormatError('unsupported-tar', `The tar entry ${quote(name)} has ${what}.`);

/**
 * Text up to its first NUL, of UTF-8; other bytes become lone surrogates, as nothing else does, so that different
 * bytes stay different names. Source: PEP 383.
 */
export function decodeName(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const name = Buffer.from(bytes.buffer, bytes.byteOffset, end === -1 ? bytes.length : end);
  const text = name.toString('utf8');
  if (!text.includes('\uFFFD') || Buffer.from(text).equals(name)) return text;
  return name
    .toString('latin1')
    .replace(/[\x80-\xff]/g, (byte) => String.fromCharCode(0xdc00 + byte.charCodeAt(0)));
}

/** The bytes that `decodeName` has read. */
export const encodeName = (name: string): Buffer =>
  Buffer.from(name, /[\udc80-\udcff]/u.test(name) ? 'latin1' : 'utf8');

const textAt = (bytes: Buffer, offset: number, length: number) =>
  decodeName(bytes.subarray(offset, offset + length));

const [ZERO, SEVEN, SPACE] = [0x30, 0x37, 0x20];

/**
 * apk takes octal digits, then NULs and spaces; `undefined` for anything else, such as GNU's base 256, and for nothing
 * but spaces, which GNU tar does not take.
 */
function octal(bytes: Buffer, offset: number, length: number): number | undefined {
  let value = 0;
  let i = offset;
  for (; i < offset + length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte < ZERO || byte > SEVEN) break;
    value = value * 8 + byte - ZERO;
  }
  if (i === offset && bytes[i] === SPACE) return undefined;
  for (; i < offset + length; i++) if (bytes[i] !== 0 && bytes[i] !== SPACE) return undefined;
  return value;
}

/** The sum of the block's bytes, its checksum field read as spaces. */
function checksumOf(bytes: Buffer): number {
  let sum = 0;
  for (let i = 0; i < RECORD_BYTES; i++) sum += i >= 148 && i < 156 ? 32 : (bytes[i] ?? 0);
  return sum;
}
