import type { Random } from '../random.ts';
import { type Change, someMember } from './change.ts';
import type { RawMember } from './raw-package.ts';

type GzipChange = (member: RawMember, random: Random) => string;

const LENGTHS = [0, 1, 4, 300, 65_000];

const CHANGES: readonly GzipChange[] = [
  ({ gzip }, random) => {
    gzip.extra = Buffer.alloc(random.pick(LENGTHS), 'AB\x02\0');
    return `FEXTRA of ${gzip.extra.length} bytes`;
  },
  ({ gzip }, random) => {
    gzip.name = 'n'.repeat(random.pick(LENGTHS));
    return `FNAME of ${gzip.name.length} bytes`;
  },
  ({ gzip }, random) => {
    gzip.comment = 'c'.repeat(random.pick([...LENGTHS, 66_000]));
    return `FCOMMENT of ${gzip.comment.length} bytes`;
  },
  ({ gzip }, random) => {
    gzip.headerCrcError = random.pick([0, 0, 1]);
    return `FHCRC ${gzip.headerCrcError === 0 ? '' : 'that is wrong'}`;
  },
  ({ gzip }, random) => {
    gzip.blocks = random.pick(['fixed', 'stored', 'huffman', 'many']);
    return `${gzip.blocks} blocks`;
  },
  ({ gzip }, random) => {
    gzip.emptyBlocks = random.pick([1, 100, 5000]);
    return `${gzip.emptyBlocks} empty blocks`;
  },
  ({ gzip }, random) => {
    gzip.crcError = random.pick([1, 0x80000000]);
    return 'a wrong CRC';
  },
  ({ gzip }, random) => {
    gzip.sizeError = random.pick([1, -1, 2 ** 31]);
    return 'a wrong ISIZE';
  },
  ({ gzip }, random) => {
    [gzip.mtime, gzip.xfl, gzip.os] = [random.below(2 ** 31), random.below(256), random.below(256)];
    return 'another time and system';
  },
  ({ gzip }, random) => {
    gzip.method = random.pick([0, 7, 9]);
    return `the method ${gzip.method}`;
  },
  ({ gzip }, random) => {
    gzip.reservedFlags = random.pick([1, 0x20, 0x40, 0x80]);
    return `the flag ${gzip.reservedFlags}`;
  },
  (member, random) => {
    member.cuts = Array.from({ length: random.few(5) }, () => random.below(4000));
    return `cut into ${member.cuts.length + 1} members`;
  },
  (member, random) => {
    const times = random.pick([2, 5]);
    member.cuts = Array<number>(times).fill(0);
    return `${times} empty members before it`;
  },
];

export const changeGzip: Change = (raw, random) => {
  const { member, called } = someMember(raw, random);
  return `${called}: ${random.pick(CHANGES)(member, random)}`;
};
