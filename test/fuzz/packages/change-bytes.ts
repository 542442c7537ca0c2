import type { Random } from '../random.ts';
import { type Change, someMember } from './change.ts';

/** What is done to bytes whose meaning nobody looks at. */
const EDITS: readonly [string, (bytes: Buffer, random: Random) => Buffer][] = [
  ['a bit is flipped', (bytes, random) => overwrite(bytes, random, (byte) => byte ^ (1 << random.below(8)))],
  ['a byte is another one', (bytes, random) => overwrite(bytes, random, () => random.below(256))],
  ['a byte is 0', (bytes, random) => overwrite(bytes, random, () => 0)],
  ['a byte is 255', (bytes, random) => overwrite(bytes, random, () => 255)],
  ['it is cut off', (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1))],
  ['it begins later', (bytes, random) => bytes.subarray(random.below(Math.min(600, bytes.length + 1)))],
  [
    'bytes are left out',
    (bytes, random) => {
      const at = random.below(bytes.length + 1);
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.pick([1, 4, 100, 512]))]);
    },
  ],
  [
    'bytes are put in',
    (bytes, random) => {
      const at = random.below(bytes.length + 1);
      return Buffer.concat([
        bytes.subarray(0, at),
        random.bytes(random.pick([1, 4, 100, 512])),
        bytes.subarray(at),
      ]);
    },
  ],
  [
    'a part stands elsewhere, too',
    (bytes, random) => {
      const [from, to] = [random.below(bytes.length + 1), random.below(bytes.length + 1)];
      const part = bytes.subarray(from, from + random.pick([4, 100, 512]));
      return Buffer.concat([bytes.subarray(0, to), part, bytes.subarray(to)]);
    },
  ],
];

function overwrite(bytes: Buffer, random: Random, edit: (byte: number) => number): Buffer {
  const edited = Buffer.from(bytes);
  for (let i = random.few(4); i > 0 && edited.length > 0; i--) {
    const at = random.below(edited.length);
    edited[at] = edit(edited[at] ?? 0);
  }
  return edited;
}

/** @returns what was done, and to what of any bytes it leads */
export function editBytes(random: Random): { what: string; edit(bytes: Buffer): Buffer } {
  const [what, edit] = random.pick(EDITS);
  return { what, edit: (bytes) => edit(bytes, random) };
}

/** Edits bytes before the hashes over them are made, so that what is behind the hashes is reached. */
export const changeBytes: Change = (raw, random) => {
  const { what, edit } = editBytes(random);
  const { member, called } = someMember(raw, random);
  const where = random.pick(['tar', 'gzip', 'file'] as const);
  if (where === 'tar') member.editTar = edit;
  else if (where === 'gzip') member.editGzip = edit;
  else raw.editFile = edit;
  return where === 'file' ? `file: ${what}` : `${called}, ${where}: ${what}`;
};
