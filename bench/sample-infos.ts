import { emptyPackageInfo, type PackageInfo } from '#apk/package-info.ts';
import { randomNumbers } from './random-numbers.ts';

/**
 * What a repository of any size says of its packages, as Alpine 3.17's main does of its 5,004: 390 bytes an entry, which
 * gzip makes 88 of (here 379 and 96); 3.2 packages from one source; a third with provides (there two in five), two in
 * three with dependencies, few of which are on many packages and many on few. The same each time.
 */
export function* sampleInfos(): Generator<PackageInfo> {
  const next = randomNumbers();
  const words = makeWords(next, 3_000);
  const pick = <T>(list: readonly T[], skew = 1): T => list[Math.floor(list.length * next() ** skew)] as T;
  const sentence = (count: number) => Array.from({ length: count }, () => pick(words, 2)).join(' ');
  const maintainers = Array.from({ length: 87 }, () => `${capital(pick(words))} ${capital(pick(words))}`);
  const licenses = Array.from(
    { length: 230 },
    () => `${pick(words).toUpperCase()}-${1 + Math.floor(next() * 3)}.0`,
  );
  const libraries = Array.from({ length: 2_000 }, () => `so:lib${pick(words)}.so.${Math.floor(next() * 9)}`);
  for (let source = 0; ; source++) {
    const origin = `${pick(words)}-${pick(words)}${source}`;
    const maintainer = pick(maintainers, 3);
    const common = {
      origin,
      version: `${Math.floor(next() * 9)}.${Math.floor(next() * 20)}.${Math.floor(next() * 9)}-r${Math.floor(next() * 6)}`,
      arch: 'x86_64',
      url: `https://${pick(words)}.${pick(['org', 'com', 'net', 'io'])}/${pick(words)}/`,
      license: pick(licenses, 3),
      maintainer: `${maintainer} <${maintainer.toLowerCase().replace(' ', '.')}@example.org>`,
      buildTime: 1_500_000_000 + Math.floor(next() * 170_000_000),
      commit: Array.from({ length: 40 }, () => Math.floor(next() * 16).toString(16)).join(''),
    };
    const description = sentence(4 + Math.floor(next() * 6));
    const provided: Record<string, () => string> = {
      '': () => `cmd:${pick(words)}`,
      '-dev': () => `pc:${pick(words)}`,
      '-libs': () => pick(libraries),
    };
    for (const [suffix, about, share] of PARTS) {
      if (next() > share) continue;
      const provide = provided[suffix];
      yield {
        ...emptyPackageInfo(),
        ...common,
        name: origin + suffix,
        description: description + about,
        installedSize: Math.floor(2 ** (12 + next() * 12)),
        depends:
          next() < 0.2 || suffix === '-doc'
            ? []
            : ['so:libc.musl-x86_64.so.1', ...take(next, () => pick(libraries, 3))],
        provides: provide === undefined ? [] : take(next, () => `${provide()}=${common.version}`),
        installIf:
          suffix === '-doc' || suffix === '-openrc' ? [suffix.slice(1), `${origin}=${common.version}`] : [],
      };
    }
  }
}

/** What a source is parted into, what is said of the part, and how many sources have it. */
const PARTS = [
  ['', '', 1],
  ['-doc', ' (documentation)', 0.66],
  ['-dev', ' (development files)', 0.31],
  ['-libs', ' (libraries)', 0.6],
  ['-openrc', ' (OpenRC init scripts)', 0.1],
  ['-static', ' (static library)', 0.09],
  ['-plugins', ' (plugins)', 0.44],
] as const;

/** None to five. */
const take = <T>(next: () => number, make: () => T): T[] =>
  Array.from({ length: Math.floor(6 * next() ** 2) }, make);

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

function makeWords(next: () => number, count: number): string[] {
  const [consonants, vowels] = ['bcdfghklmnprstvwxz', 'aeiou'];
  const letter = (of: string) => of.charAt(Math.floor(next() * of.length));
  return Array.from({ length: count }, () =>
    Array.from(
      { length: 1 + Math.floor(next() * 3) },
      () => letter(consonants) + letter(vowels) + letter(consonants),
    ).join(''),
  );
}
