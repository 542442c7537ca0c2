import { gunzipSync } from 'node:zlib';
import type { Random } from '../random.ts';
import type { Change } from './change.ts';
import { encodeGzip } from './raw-gzip.ts';
import { type RawPackage, rightPackage, signatureMember } from './raw-package.ts';
import { END_OF_ARCHIVE, rawEntry } from './raw-tar.ts';

const EMPTY = encodeGzip(Buffer.alloc(0));

/** Does something to the members once they are there, and joined so far as before. */
const joined = (raw: RawPackage, edit: (parts: Buffer[]) => Buffer[]): void => {
  const { join } = raw;
  raw.join = (members) => edit(join(members));
};

function inOneMember(parts: Buffer[]): Buffer[] {
  try {
    return [encodeGzip(gunzipSync(Buffer.concat(parts)))];
  } catch {
    // Another change has damaged one of them.
    return parts;
  }
}

type MembersChange = readonly [what: string, change: (raw: RawPackage, random: Random) => void];

const CHANGES: readonly MembersChange[] = [
  ['a signature more', (raw, random) => void raw.signatures.push(signatureMember(random))],
  [
    'nine signatures',
    (raw, random) => {
      raw.signatures = Array.from({ length: 9 }, () => signatureMember(random));
    },
  ],
  [
    'another name of a signature',
    (raw, random) => {
      const member = signatureMember(random);
      const name = random.pick([
        '.SIGN.',
        '.SIGN.RSA512.a',
        '.SIGN.DSA.a',
        '.SIGN.RSA',
        '.SIGN.ED25519.a',
        '.SIGN.RSA./a',
      ]);
      member.tar.entries = [rawEntry(name, { body: random.bytes(random.pick([0, 20, 256, 4000])) })];
      raw.signatures.push(member);
    },
  ],
  ['the members shuffled', (raw, random) => joined(raw, (parts) => random.shuffled(parts))],
  ['a member twice', (raw, random) => joined(raw, (parts) => [...parts, random.pick(parts)])],
  [
    'a member left out',
    (raw, random) => joined(raw, (parts) => parts.toSpliced(random.below(parts.length), 1)),
  ],
  [
    'an empty member somewhere',
    (raw, random) => joined(raw, (parts) => parts.toSpliced(random.below(parts.length + 1), 0, EMPTY)),
  ],
  ['an empty member at the end', (raw) => joined(raw, (parts) => [...parts, EMPTY])],
  ['all in one member', (raw) => joined(raw, inOneMember)],
  [
    'another package behind it',
    (raw, random) => joined(raw, (parts) => [...parts, ...parts.slice(random.below(2))]),
  ],
  ['a newline behind it', (raw) => joined(raw, (parts) => [...parts, Buffer.from('\n')])],
  [
    'zeros behind it',
    (raw, random) => joined(raw, (parts) => [...parts, Buffer.alloc(random.pick([1, 8, 512]))]),
  ],
  ['half a gzip header behind it', (raw) => joined(raw, (parts) => [...parts, EMPTY.subarray(0, 5)])],
  [
    'something before it',
    (raw, random) => joined(raw, (parts) => [random.pick([Buffer.from('\n'), EMPTY]), ...parts]),
  ],
  [
    'the end of an archive in the control member',
    (raw) => {
      raw.control.tar.end = END_OF_ARCHIVE;
    },
  ],
  [
    'something in the control member',
    (raw, random) => {
      const name = random.pick([
        '.INSTALL',
        '.trigger',
        '.dummy',
        'usr/a',
        '.melange.yaml',
        '.PKGINFO',
        '.a/b',
        '.SIGN.RSA.a',
      ]);
      const body = random.bytes(random.pick([0, 10, 5000]));
      raw.control.tar.entries.splice(random.below(2), 0, rawEntry(name, { body }));
    },
  ],
  [
    'no entries',
    (raw) => {
      raw.data.tar.entries = [];
    },
  ],
  [
    "another package's data",
    (raw, random) => {
      raw.data = rightPackage(`${raw.name}-other`, random).data;
    },
  ],
];

export const changeMembers: Change = (raw, random) => {
  const [what, change] = random.pick(CHANGES);
  change(raw, random);
  return what;
};
