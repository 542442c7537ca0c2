import type { Random } from '../random.ts';
import { type Change, shown, someMember } from './change.ts';
import { octal, type RawEntry, type TextField } from './raw-tar.ts';
import { strangeNumber, strangePath } from './strange-texts.ts';

/** Makes another field of an entry's header, and says which. */
type HeaderChange = (entry: RawEntry, folder: string, random: Random) => string;

const set = (entry: RawEntry, field: TextField, value: string): string => {
  entry[field] = value;
  return `${field} ${shown(value)}`;
};

const NUMBERS = { mode: 8, uid: 8, gid: 8, mtime: 12, devmajor: 8, devminor: 8 } as const;
const TYPEFLAGS = [...'01234567', 'x', 'g', 'L', 'K', 'S', 'V', 'M', 'N', 'D', 'A', 'X', 'Z', '\0', ' ', 's'];
const MAGICS = [
  'ustar  \0',
  'ustar\x00  ',
  'ustar\x0000',
  'ustar00\0',
  'USTAR\x0000',
  '\0'.repeat(8),
  'ustar\x0001',
];

const CHANGES: readonly HeaderChange[] = [
  (entry, folder, random) => set(entry, 'name', strangePath(folder, random)),
  (entry, folder, random) => set(entry, 'name', strangePath(folder, random)),
  (entry, folder, random) => set(entry, 'linkname', strangePath(folder, random)),
  (entry, _, random) => set(entry, 'typeflag', random.pick(TYPEFLAGS)),
  (entry, folder, random) => {
    entry.typeflag = random.pick(['1', '2']);
    entry.body = Buffer.alloc(0);
    entry.size = octal(0, 11);
    return `a link, ${set(entry, 'linkname', strangePath(folder, random))}`;
  },
  (entry, _, random) => {
    entry.typeflag = random.pick(['3', '4', '6']);
    entry.body = Buffer.alloc(0);
    entry.size = octal(0, 11);
    return `a device of type ${entry.typeflag}`;
  },
  (entry, _, random) => {
    const field = random.pick(Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]);
    return set(entry, field, strangeNumber(NUMBERS[field], random));
  },
  (entry, _, random) => set(entry, 'size', strangeNumber(12, random)),
  (entry, _, random) => {
    const { length } = entry.body;
    const sizes = [length + 1, Math.max(length - 1, 0), 0, length + 512, 8 ** 11 - 1, length * 2];
    return set(entry, 'size', octal(random.pick(sizes), 11));
  },
  (entry, _, random) => set(entry, 'size', random.pick([' ', '0']) + octal(entry.body.length, 10)),
  (entry, _, random) => set(entry, 'magic', random.pick(MAGICS)),
  (entry, _, random) =>
    set(entry, random.pick(['uname', 'gname']), random.pick(['', 'nobody', 'x'.repeat(32), '\n', 'ö'])),
  (entry, folder, random) =>
    set(entry, 'prefix', random.pick([folder, 'usr', '', '/', '..', '\x01', 'x'.repeat(155)])),
  (entry, folder) => {
    entry.prefix = folder;
    return `the prefix ${shown(folder)}, ${set(entry, 'name', entry.name.split('/').at(-1) ?? '')}`;
  },
  (entry, _, random) => set(entry, 'unused', random.pick(['\0\0\0\0\0\0\0\0tar\0', 'x'.repeat(12)])),
  (entry, _, random) => {
    const [called, write] = random.pick(CHECKSUMS);
    entry.checksum = write;
    return `the checksum ${called}`;
  },
  (entry) => {
    entry.filler = 0x41;
    return 'no zeros behind the body';
  },
];

const CHECKSUMS: readonly [string, (sum: number) => string][] = [
  ['one too high', (sum) => `${(sum + 1).toString(8).padStart(6, '0')}\0 `],
  ['of eight digits', (sum) => sum.toString(8).padStart(8, '0')],
  ['with spaces before it', (sum) => `${sum.toString(8).padStart(6, ' ')}\0 `],
  ['with a space and a NUL', (sum) => `${sum.toString(8).padStart(6, '0')} \0`],
  ['empty', () => ''],
  ['in base 256', (sum) => `\x80\0\0\0\0\0${String.fromCharCode(sum >> 8, sum & 0xff)}`],
];

export const changeHeader: Change = (raw, random) => {
  const { member, called } = someMember(raw, random);
  const { entries } = member.tar;
  if (entries.length === 0) return 'nothing';
  const entry = random.pick(entries);
  const before = shown(entry.name);
  const folder = `usr/share/${raw.name}`;
  return `${called}: ${before} has ${random.pick(CHANGES)(entry, folder, random)}`;
};
