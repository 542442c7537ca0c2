import type { Random } from '../random.ts';

const SUFFIXES = ['alpha', 'beta', 'pre', 'rc', 'cvs', 'svn', 'git', 'hg', 'p'];
const NUMBERS = [
  '0',
  '1',
  '2',
  '9',
  '10',
  '00',
  '01',
  '010',
  '09',
  '20240101',
  '9'.repeat(17),
  '0'.repeat(17),
  '007',
];

/** A version as the grammar of apk has them. Source: apk-package.5 "VERSION". */
export function someVersion(random: Random, hasHash = random.chance(0.1)): string {
  const number = () => (random.chance(0.5) ? String(random.below(30)) : random.pick(NUMBERS));
  const numbers = Array.from({ length: random.few(5) }, number).join('.');
  const letter = random.chance(0.2) ? random.pick(['a', 'b', 'z', 'p', 'r']) : '';
  const suffixes = Array.from(
    { length: random.chance(0.5) ? 0 : random.few(3) },
    () => `_${random.pick(SUFFIXES)}${random.chance(0.5) ? number() : ''}`,
  ).join('');
  const hash = hasHash ? `~${random.pick(['0', 'abc', 'deadbeef', random.hex(40)])}` : '';
  return `${numbers}${letter}${suffixes}${hash}${random.chance(0.5) ? `-r${number()}` : ''}`;
}

/** A version that somebody could write, right or wrong. */
export function strangeVersion(random: Random): string {
  const version = someVersion(random);
  if (random.chance(0.6)) return version;
  const at = random.below(version.length + 1);
  const [head, tail] = [version.slice(0, at), version.slice(at)];
  return random.pick([
    `${head}${random.pick([...'.-_~r0aZ+: /\t@é'])}${tail}`,
    `${head}${tail.slice(1)}`,
    `v${version}`,
    `${version}-beta.2`,
    `${version}_foo`,
    `${version}-r`,
    `${version}.`,
    `${version} `,
    '1'.repeat(random.pick([17, 18, 19, 128, 129])),
    `1${'.1'.repeat(random.pick([10, 63, 64, 200]))}`,
    '',
  ]);
}

/** Two versions that are near each other, since those that differ at once tell little. */
export function versionPair(random: Random): [string, string] {
  const one = someVersion(random);
  const parts = one.split(/(?=[._~-])|(?<=[._~-])/);
  const at = random.below(parts.length);
  const another = random.pick([
    () => one,
    () => parts.slice(0, at + 1).join(''),
    () => parts.toSpliced(at, 1, random.pick([...NUMBERS, ...SUFFIXES])).join(''),
    () => `${one}${random.pick(['.0', '.1', '_p', '_rc1', 'a', '-r0', '-r1', '.00', '0'])}`,
    () => someVersion(random),
  ])();
  return random.chance(0.5) ? [one, another] : [another, one];
}
