/**
 * The version grammar and order of apk.
 * Source: apk-package.5 "VERSION", apk-tools src/version.c; 2.14 takes at most 17 digits in a number.
 */
const NUMBER = '[0-9]{1,17}';
const VERSION = new RegExp(
  `^${NUMBER}(?:\\.${NUMBER})*[a-z]?(?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)(?:${NUMBER})?)*(?:~[0-9a-f]+)?(?:-r${NUMBER})?$`,
);

/** Pre-releases sort before the version without a suffix, the others after it. */
const SUFFIX_RANK: Record<string, number> = {
  alpha: -4,
  beta: -3,
  pre: -2,
  rc: -1,
  cvs: 1,
  svn: 2,
  git: 3,
  hg: 4,
  p: 5,
};

export const isVersion = (text: string): boolean => VERSION.test(text);

/** The kinds of token, in the order in which a version may have them; the one that comes first is the newer. */
const KIND = {
  first: 0,
  number: 1,
  letter: 2,
  suffix: 3,
  suffixNumber: 4,
  hash: 5,
  revision: 6,
  end: 7,
} as const;

interface Token {
  kind: number;
  text: string;
}

const END: Token = { kind: KIND.end, text: '' };
const TOKEN =
  /^(?<number>[0-9]+)|^\.(?<part>[0-9]+)|^_(?<suffix>[a-z]+)|^~(?<hash>[0-9a-f]+)|^-r(?<revision>[0-9]+)|^(?<letter>[a-z])/;

function tokens(version: string): Token[] {
  const found: Token[] = [];
  for (let rest = version; rest !== ''; ) {
    const match = TOKEN.exec(rest);
    if (!match?.groups) throw new TypeError(`not a version: ${JSON.stringify(version)}`);
    found.push(tokenOf(match.groups, found.length === 0));
    rest = rest.slice(match[0].length);
  }
  return found;
}

function tokenOf(groups: Record<string, string | undefined>, isFirst: boolean): Token {
  const { number, part, suffix, hash, revision, letter } = groups;
  if (number !== undefined) return { kind: isFirst ? KIND.first : KIND.suffixNumber, text: number };
  if (part !== undefined) return { kind: KIND.number, text: part };
  if (suffix !== undefined) return { kind: KIND.suffix, text: suffix };
  if (hash !== undefined) return { kind: KIND.hash, text: hash };
  if (revision !== undefined) return { kind: KIND.revision, text: revision };
  return { kind: KIND.letter, text: letter ?? '' };
}

/**
 * Orders two versions as `apk version -t` does: negative when `a` is older.
 * @throws TypeError when one is not a version
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [tokens(a), tokens(b)];
  for (let i = 0; ; i++) {
    const [x = END, y = END] = [left[i], right[i]];
    if (x.kind !== y.kind) return compareKinds(x, y);
    if (x.kind === KIND.end) return 0;
    const order = compareTokens(x, y);
    if (order !== 0) return order;
  }
}

/** One version goes on where the other has something else or ends: `1.2` is older than `1.2.1`, but newer than `1.2_rc1`. */
function compareKinds(x: Token, y: Token): number {
  if (isPreRelease(x)) return -1;
  if (isPreRelease(y)) return 1;
  return y.kind - x.kind;
}

const isPreRelease = ({ kind, text }: Token) => kind === KIND.suffix && (SUFFIX_RANK[text] ?? 0) < 0;

function compareTokens({ kind, text: x }: Token, { text: y }: Token): number {
  switch (kind) {
    case KIND.suffix:
      return (SUFFIX_RANK[x] ?? 0) - (SUFFIX_RANK[y] ?? 0);
    case KIND.letter:
    case KIND.hash:
      return compareText(x, y);
    case KIND.number:
      // A leading zero makes it a decimal fraction, as in Gentoo: 1.02 is older than 1.1.
      return x.startsWith('0') || y.startsWith('0') ? compareText(x, y) : compareNumbers(x, y);
    default:
      return compareNumbers(x, y);
  }
}

const compareText = (x: string, y: string) => (x < y ? -1 : x > y ? 1 : 0);

function compareNumbers(x: string, y: string): number {
  const [a, b] = [BigInt(x), BigInt(y)];
  return a < b ? -1 : a > b ? 1 : 0;
}
