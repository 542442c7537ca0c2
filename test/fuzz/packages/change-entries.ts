import type { Random } from '../random.ts';
import { type Change, shown, someMember } from './change.ts';
import { directoryEntry, fileEntries, linkEntries } from './raw-package.ts';
import { BLOCK_BYTES, END_OF_ARCHIVE, type RawEntry, type RawTar, rawEntry } from './raw-tar.ts';
import { strangePath } from './strange-texts.ts';

type TarChange = (tar: RawTar, folder: string, random: Random) => string;

const put = ({ entries }: RawTar, at: number, ...more: RawEntry[]) => void entries.splice(at, 0, ...more);

const CHANGES: readonly TarChange[] = [
  (tar, _, random) => {
    const at = random.below(tar.entries.length + 1);
    const [gone] = tar.entries.splice(at, 1);
    return `${shown(gone?.name ?? '')} is left out`;
  },
  (tar, _, random) => {
    const entry = random.pick(tar.entries);
    put(tar, random.below(tar.entries.length + 1), entry);
    return `${shown(entry.name)} is there twice`;
  },
  (tar, _, random) => {
    const entry = random.pick(tar.entries);
    put(tar, random.below(tar.entries.length + 1), { ...entry, body: Buffer.from('other'), size: '5\0' });
    return `${shown(entry.name)} is there with two bodies`;
  },
  (tar, _, random) => {
    tar.entries = random.shuffled(tar.entries);
    return 'the entries are shuffled';
  },
  (tar, folder, random) => {
    const name = strangePath(folder, random);
    const made = random.pick<() => RawEntry[]>([
      () => fileEntries(name, random.bytes(random.below(40))),
      () => linkEntries(name, strangePath(folder, random)),
      () => [directoryEntry(name)],
      () => [
        rawEntry(name, {
          typeflag: '1',
          linkname: random.pick([`${folder}/a`, strangePath(folder, random)]),
        }),
      ],
      () => [rawEntry(name, { body: Buffer.from('no checksum') })],
      () =>
        fileEntries(name, Buffer.from('b')).map((entry) => ({
          ...entry,
          typeflag: entry.typeflag === '0' ? '7' : 'x',
        })),
    ])();
    put(tar, random.chance(0.7) ? tar.entries.length : random.below(tar.entries.length + 1), ...made);
    return `${shown(name)} is added (${made.map(({ typeflag }) => typeflag).join('')})`;
  },
  (tar, folder, random) => {
    const depth = random.pick([3, 20, 60]);
    const names = Array.from({ length: depth }, (_, i) => `${folder}${'/deep'.repeat(i + 1)}`);
    put(tar, tar.entries.length, ...names.filter((name) => name.length < 100).map(directoryEntry));
    return `${depth} directories, one in the other, are added`;
  },
  (tar, _, random) => {
    const [called, end] = random.pick(ENDS);
    tar.end = end;
    return `it ends with ${called}`;
  },
  (tar, _, random) => {
    const zeros = random.pick([BLOCK_BYTES, END_OF_ARCHIVE.length]);
    const at = random.below(tar.entries.length);
    const entry = tar.entries[at];
    if (entry === undefined) return 'nothing';
    // Behind the last block of an entry's body, as far as its header says.
    const padded = Math.ceil(entry.body.length / BLOCK_BYTES) * BLOCK_BYTES;
    const body = Buffer.alloc(padded + zeros);
    entry.body.copy(body);
    tar.entries[at] = { ...entry, body };
    return `${zeros} zeros stand behind ${shown(entry.name)}`;
  },
];

const ENDS: readonly [string, Buffer][] = [
  ['nothing', Buffer.alloc(0)],
  ['one block of zeros', Buffer.alloc(BLOCK_BYTES)],
  ['ten blocks of zeros', Buffer.alloc(10 * BLOCK_BYTES)],
  ['half a block of zeros', Buffer.alloc(BLOCK_BYTES / 2)],
  ['zeros and a letter', Buffer.concat([END_OF_ARCHIVE, Buffer.from('x')])],
  ['zeros and a block of letters', Buffer.concat([END_OF_ARCHIVE, Buffer.alloc(BLOCK_BYTES, 'x')])],
  ['a block that begins with a zero', Buffer.concat([Buffer.alloc(1), Buffer.alloc(BLOCK_BYTES - 1, 'x')])],
  [
    'a block that only ends with a letter',
    Buffer.concat([Buffer.alloc(2 * BLOCK_BYTES - 1), Buffer.from('x')]),
  ],
];

export const changeEntries: Change = (raw, random) => {
  const { member, called } = someMember(raw, random);
  if (member.tar.entries.length === 0) return 'nothing';
  return `${called}: ${random.pick(CHANGES)(member.tar, `usr/share/${raw.name}`, random)}`;
};
