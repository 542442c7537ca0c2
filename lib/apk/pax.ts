import { quote } from './apk-format-error.ts';
import { isImpossibleAttribute } from './extended-attribute.ts';
import { MAX_PAX_RECORDS } from './limits.ts';
import { corrupt, decodeName, unsupported } from './tar-header.ts';

/** The records of a pax header that apk knows; it passes over the others. */
export interface PaxRecords {
  path?: string;
  linkpath?: string;
  /** `APK-TOOLS.checksum.SHA1`: hex SHA-1 of the file, or of a symbolic link's target. Source: apk-v2.5. */
  checksum?: string;
}

const FIELD_OF: Record<string, keyof PaxRecords> = {
  path: 'path',
  linkpath: 'linkpath',
  'APK-TOOLS.checksum.SHA1': 'checksum',
};

/** What other readers obey and apk does not, so that it would install something else than was packed. */
const CHANGES_MEANING = /^(?:size|uid|gid|GNU\.sparse\..*)$/;

/** What is before the name of an extended attribute. Source: apk-tools 2.14.10 src/io_archive.c, 3.0.6 src/tar.c. */
const ATTRIBUTE = 'SCHILY.xattr.';

/** A blank before a key others read as a part of what stands before it, a NUL in it as its end. */
const UNREADABLE = /^[ \t]|\0/;

/** What other readers give up at when it is no time, and apk passes over. Source: GNU tar, decode_timespec. */
const TIMES = new Set(['atime', 'ctime', 'mtime']);
const TIME = /^-?[0-9]{1,18}(?:\.[0-9]*)?$/;

const [ZERO, NINE] = [0x30, 0x39];
const [SPACE, EQUALS, NEWLINE] = [0x20, 0x3d, 0x0a];
const MAX_LENGTH_DIGITS = 7;

/**
 * Reads the body of a pax header: records of `{length} {key}={value}\n`.
 * Source: POSIX.1-2017 pax "Extended Header".
 * @throws ApkFormatError `corrupt-tar`, `unsupported-tar`
 */
export function parsePax(body: Uint8Array): PaxRecords {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const records: PaxRecords = {};
  const seen = new Set<string>();
  for (let start = 0; start < bytes.length; ) {
    const { keyStart, equals, end } = findRecord(bytes, start);
    const key = bytes.toString('utf8', keyStart, equals);
    if (UNREADABLE.test(key)) throw damaged();
    if (key.startsWith(ATTRIBUTE)) {
      const name = key.slice(ATTRIBUTE.length);
      if (isImpossibleAttribute(name, bytes.subarray(equals + 1, end - 1)))
        throw unsupported('PaxHeader', `the extended attribute ${quote(name)}, which no Linux takes`);
    }
    if (CHANGES_MEANING.test(key)) throw unsupported('PaxHeader', `the pax record ${key}`);
    if (TIMES.has(key) && !TIME.test(bytes.toString('latin1', equals + 1, end - 1)))
      throw corrupt(`a pax record has an ${key} that is no time`);
    if (seen.has(key)) throw corrupt(`a pax header repeats ${key}`);
    seen.add(key);
    if (seen.size > MAX_PAX_RECORDS)
      throw unsupported('PaxHeader', `more than ${MAX_PAX_RECORDS} pax records`);
    const field = FIELD_OF[key];
    if (field !== undefined) records[field] = readValue(bytes.subarray(equals + 1, end - 1));
    start = end;
  }
  return records;
}

/**
 * Where the record at `start` has its key, its equals sign and its end. By offsets: a package may have a
 * hundred thousand headers of records that nobody knows, and views of them would be most of the work.
 * @throws ApkFormatError `corrupt-tar`
 */
function findRecord(bytes: Buffer, start: number): { keyStart: number; equals: number; end: number } {
  let length = 0;
  let space = start;
  for (; isDigit(bytes[space]) && space < start + MAX_LENGTH_DIGITS; space++)
    length = length * 10 + (bytes[space] ?? 0) - ZERO;
  const end = start + length;
  if (bytes[space] !== SPACE || end > bytes.length || bytes[end - 1] !== NEWLINE) throw damaged();
  const keyStart = space + 1;
  let equals = keyStart;
  while (equals < end && bytes[equals] !== EQUALS) equals++;
  if (equals === keyStart || equals === end) throw damaged();
  return { keyStart, equals, end };
}

const isDigit = (byte = 0) => byte >= ZERO && byte <= NINE;

const damaged = () => corrupt('a pax record is damaged');

function readValue(value: Uint8Array): string {
  if (value.length === 0 || value.includes(0)) throw corrupt('a pax record is empty or has a NUL');
  return decodeName(value);
}
