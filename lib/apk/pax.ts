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

/** A blank before a key others read as a part of what stands before it, a NUL in it as its end. */
const UNREADABLE = /^[ \t]|\0/;

/** What other readers give up at when it is no time, and apk passes over. Source: GNU tar, decode_timespec. */
const TIMES = new Set(['atime', 'ctime', 'mtime']);
const TIME = /^-?[0-9]{1,18}(?:\.[0-9]*)?$/;

const [SPACE, EQUALS, NEWLINE] = [0x20, 0x3d, 0x0a];

/**
 * Reads the body of a pax header: records of `{length} {key}={value}\n`.
 * Source: POSIX.1-2017 pax "Extended Header".
 * @throws ApkFormatError `corrupt-tar`, `unsupported-tar`
 */
export function parsePax(body: Uint8Array): PaxRecords {
  const records: PaxRecords = {};
  const seen = new Set<string>();
  for (let rest = Buffer.from(body); rest.length > 0; ) {
    const space = rest.subarray(0, 8).indexOf(SPACE);
    const digits = rest.toString('latin1', 0, Math.max(space, 0));
    const length = /^[0-9]+$/.test(digits) ? Number(digits) : 0;
    const equals = rest.subarray(0, length).indexOf(EQUALS);
    if (length > rest.length || equals <= space + 1 || rest[length - 1] !== NEWLINE)
      throw corrupt('a pax record is damaged');
    const key = rest.toString('utf8', space + 1, equals);
    const value = rest.subarray(equals + 1, length - 1);
    if (UNREADABLE.test(key)) throw corrupt('a pax record is damaged');
    if (CHANGES_MEANING.test(key)) throw unsupported('PaxHeader', `the pax record ${key}`);
    if (TIMES.has(key) && !TIME.test(value.toString('latin1')))
      throw corrupt(`a pax record has an ${key} that is no time`);
    if (seen.has(key)) throw corrupt(`a pax header repeats ${key}`);
    seen.add(key);
    if (seen.size > MAX_PAX_RECORDS)
      throw unsupported('PaxHeader', `more than ${MAX_PAX_RECORDS} pax records`);
    const field = FIELD_OF[key];
    if (field !== undefined) records[field] = readValue(value);
    rest = rest.subarray(length);
  }
  return records;
}

function readValue(value: Uint8Array): string {
  if (value.length === 0 || value.includes(0)) throw corrupt('a pax record is empty or has a NUL');
  return decodeName(value);
}
