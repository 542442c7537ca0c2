import type { Random } from '../random.ts';
import { type Change, shown, someMember } from './change.ts';
import { paxEntry, paxRecord } from './raw-package.ts';
import { octal, type RawEntry, rawEntry } from './raw-tar.ts';
import { strangePath, utf8 } from './strange-texts.ts';

const KEYS = [
  ...['size', 'uid', 'gid', 'uname', 'gname', 'mtime', 'atime', 'ctime', 'comment', 'charset', 'hdrcharset'],
  ...['GNU.sparse.major', 'GNU.sparse.map', 'GNU.sparse.name', 'GNU.sparse.realsize', 'SCHILY.realsize'],
  ...[
    'SCHILY.xattr.user.note',
    'SCHILY.xattr.security.capability',
    'SCHILY.xattr.',
    'SCHILY.dev',
    'SCHILY.ino',
  ],
  ...[
    'LIBARCHIVE.xattr.user.note',
    'RHT.security.selinux',
    'APK-TOOLS.checksum.SHA256',
    'APK-TOOLS.checksum.',
  ],
  ...['__proto__', 'PATH', 'path ', ' path', 'vendor.thing', utf8('schlüssel'), ''],
];
const VALUES = [
  '',
  '0',
  '1',
  '5',
  '-1',
  '1.5',
  'x',
  'a\nb',
  'a=b',
  'a\0b',
  '\xff',
  '99999999999',
  'x'.repeat(300),
  // Capabilities of a file.
  `\x01\0\0\x02${'\0'.repeat(16)}`,
];

function record(folder: string, random: Random): string {
  const path = () => strangePath(folder, random);
  const [key, value] = random.pick<() => [string, string]>([
    () => ['path', path()],
    () => ['linkpath', path()],
    () => ['path', `${folder}/${'long'.repeat(random.pick([20, 63, 64, 1100]))}`],
    () => [
      'APK-TOOLS.checksum.SHA1',
      random.pick(['0'.repeat(40), 'abc', '', 'Z'.repeat(40), 'A'.repeat(40)]),
    ],
    () => [random.pick(KEYS), random.pick(VALUES)],
    () => [random.pick(KEYS), random.pick(VALUES)],
  ])();
  return paxRecord(key, value);
}

/** A record whose length is wrong, or whose parts are. */
function damaged(right: string, random: Random): string {
  const digits = right.slice(0, right.indexOf(' '));
  const rest = right.slice(digits.length);
  const length = Number(digits);
  return random.pick([
    `${length + 1}${rest}`,
    `${length - 1}${rest}`,
    `0${digits}${rest}`,
    `00000000000${digits}${rest}`,
    `+${digits}${rest}`,
    `0x${length.toString(16)}${rest}`,
    `99999999999999999999${rest}`,
    `0${rest}`,
    ` ${right}`,
    right.replace(' ', '\t'),
    right.replace('=', ' '),
    right.slice(0, -1),
    `${right}\0`,
    `${right}\n`,
    `${right}${'\0'.repeat(512)}`,
    right + right,
    digits,
  ]);
}

const long = (typeflag: string, body: string): RawEntry =>
  rawEntry('././@LongLink', { typeflag, magic: 'ustar  \0', body: Buffer.from(body, 'latin1') });

/** What stands before an entry, and changes what it means. */
function extension(folder: string, random: Random): RawEntry {
  const name = `${folder}/${'l'.repeat(random.pick([1, 99, 120, 255, 256]))}`;
  return random.pick<() => RawEntry>([
    () => paxEntry(Array.from({ length: random.few(4) }, () => record(folder, random)).join('')),
    () => paxEntry(Array.from({ length: random.few(4) }, () => record(folder, random)).join('')),
    () => paxEntry(damaged(record(folder, random), random)),
    () => paxEntry(''),
    () => paxEntry(random.bytes(20)),
    () => ({ ...paxEntry(record(folder, random)), name: strangePath(folder, random) }),
    () => ({ ...paxEntry(record(folder, random)), prefix: 'usr/share' }),
    () => ({ ...paxEntry(record(folder, random)), typeflag: 'g' }),
    () => ({ ...paxEntry(record(folder, random)), size: octal(random.pick([0, 1, 511, 2 ** 21]), 11) }),
    () => long('L', `${name}${random.pick(['', '\0', '\0\0', '\0junk'])}`),
    () => long('L', `${strangePath(folder, random)}\0`),
    () => long('L', `${folder}/a\0`),
    () => long('K', `${strangePath(folder, random)}\0`),
  ])();
}

const before = (entries: readonly RawEntry[], random: Random) => {
  const files = [...entries.keys()].filter((i) => !'xgLK'.includes(entries[i]?.typeflag ?? ''));
  return files.length === 0 ? 0 : random.pick(files);
};

export const changePax: Change = (raw, random) => {
  const { member, called } = someMember(raw, random);
  const { entries } = member.tar;
  const folder = `usr/share/${raw.name}`;
  const at = before(entries, random);
  const described = entries[at - 1];
  if (described?.typeflag === 'x' && random.chance(0.4)) {
    // In place of a record that is right, or in addition to it, since two headers in a row are refused.
    const more = random.chance(0.3) ? damaged(record(folder, random), random) : record(folder, random);
    const body = Buffer.from(
      `${random.chance(0.6) ? described.body.toString('latin1') : ''}${more}`,
      'latin1',
    );
    entries[at - 1] = { ...described, body, size: octal(body.length, 11) };
    return `${called}: a pax header is made ${shown(body.toString('latin1'))}`;
  }
  const added = extension(folder, random);
  const isFirst = described?.typeflag === 'x' && random.chance(0.5);
  entries.splice(isFirst ? at - 1 : at, 0, added);
  return `${called}: ${added.typeflag} ${shown(added.body.toString('latin1'))} before ${shown(entries[at + 1]?.name ?? '')}`;
};
