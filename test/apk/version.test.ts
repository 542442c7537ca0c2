import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { compareVersions, isVersion } from '#apk/version.ts';

const number = fc.oneof(
  fc.nat(30).map(String),
  fc.constantFrom('00', '01', '010', '099', '20240101', '9'.repeat(17)),
);
const suffix = fc.tuple(
  fc.constantFrom('alpha', 'beta', 'pre', 'rc', 'cvs', 'svn', 'git', 'hg', 'p'),
  fc.option(number, { nil: '' }),
);
const version = fc
  .record({
    numbers: fc.array(number, { minLength: 1, maxLength: 4 }),
    letter: fc.option(fc.constantFrom('a', 'b', 'z'), { nil: '' }),
    suffixes: fc.array(suffix, { maxLength: 3 }),
    revision: fc.option(number, { nil: undefined }),
  })
  .map(({ numbers, letter, suffixes, revision }) => {
    const tail = suffixes.map(([name, count]) => `_${name}${count}`).join('');
    return numbers.join('.') + letter + tail + (revision === undefined ? '' : `-r${revision}`);
  });
const withHash = fc
  .tuple(fc.array(number, { minLength: 1, maxLength: 3 }), fc.constantFrom('~abc', '~0', '~deadbeef', ''))
  .map(([numbers, hash]) => numbers.join('.') + hash);

describe('what is a version', () => {
  test.each([
    '1',
    '0',
    '1.2.3',
    '1.2a',
    '1.2_rc1',
    '1.2_rc',
    '1_alpha_pre2',
    '1.0_p1_git20240101-r12',
    '1.0~abc123',
    '1.0_rc1~0f-r1',
    '1'.repeat(17),
  ])('%s is', (text) => expect(isVersion(text)).toBe(true));

  test.each([
    '',
    'v1',
    '1.',
    '.1',
    '1..2',
    '1.2ab',
    '1.2-beta.2',
    '1.2_beta.2',
    '1.2_foo',
    '1.2-1',
    '1.2-r',
    '1.2-rc1',
    '1.2-r1-r2',
    '1.2~',
    '1.2~xyz',
    '1.2~ABC',
    '1.2-r1~abc',
    '1.2 ',
    '1.2\n',
    '1.2+git',
    '1'.repeat(18),
  ])('%j is not', (text) => expect(isVersion(text)).toBe(false));

  test('whatever the generators make is', () =>
    fc.assert(fc.property(fc.oneof(version, withHash), (text) => expect(isVersion(text)).toBe(true))));
});

describe('which version is newer', () => {
  const ascending = [
    [
      '1.0_alpha',
      '1.0_alpha1',
      '1.0_alpha2',
      '1.0_beta',
      '1.0_pre',
      '1.0_rc',
      '1.0_rc1',
      '1.0',
      '1.0_cvs',
      '1.0_svn',
      '1.0_git',
      '1.0_hg',
      '1.0_p',
      '1.0_p1',
    ],
    ['1.0', '1.0-r0', '1.0-r1', '1.0-r10', '1.0_p1-r0', '1.0a', '1.0b', '1.0.0', '1.0.1', '1.1'],
    ['1.02', '1.1', '1.2', '1.10'],
    ['0.9', '1', '9', '10', '99999999999999999'],
    ['1.2_rc1', '1.2_rc1_p1', '1.2_rc2', '1.2', '1.2.1'],
    ['1.0~0', '1.0~abc', '1.0~abd'],
  ];
  test.each(ascending.flatMap((row) => row.slice(1).map((newer, i) => [row[i] ?? '', newer])))(
    '%s is older than %s',
    (older, newer) => {
      expect(compareVersions(older, newer)).toBeLessThan(0);
      expect(compareVersions(newer, older)).toBeGreaterThan(0);
    },
  );

  test('each version equals itself, and an order turned round is its opposite', () =>
    fc.assert(
      fc.property(fc.oneof(version, withHash), fc.oneof(version, withHash), (a, b) => {
        expect(compareVersions(a, a)).toBe(0);
        expect(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a))).toBe(0);
      }),
      { numRuns: 1000 },
    ));

  const sign = (a: string, b: string) => Math.sign(compareVersions(a, b));

  test('a version newer than a newer one is newer', () =>
    fc.assert(
      fc.property(fc.tuple(version, version, version), (versions) => {
        const [a = '', b = '', c = ''] = versions.sort(compareVersions);
        expect([sign(a, b), sign(b, c), sign(a, c)].every((order) => order <= 0)).toBe(true);
      }),
      { numRuns: 2000 },
    ));
});

/** A path of apk 3, to compare with: `APK=/sbin/apk npx jest test/apk`; apk 2 orders some leading zeros otherwise. */
const APK = process.env.APK || undefined;
const withClient = APK === undefined ? test.skip : test;

withClient('the order is the real client’s', () => {
  const [one, two] = [fc.sample(version, 400), fc.sample(version, 400)];
  const differences: string[] = [];
  for (const [i, a] of one.entries()) {
    const b = two[i] ?? '';
    const { stdout } = spawnSync(APK ?? '', ['version', '-t', a, b], { encoding: 'utf8' });
    const ours = { '-1': '<', '0': '=', '1': '>' }[String(Math.sign(compareVersions(a, b)))];
    if (stdout.trim() !== ours) differences.push(`${a} ${stdout.trim()} ${b}, not ${ours}`);
  }
  expect(differences).toEqual([]);
});
