import type { Random } from '../random.ts';
import { someVersion, strangeVersion } from './strange-version.ts';

/** Names of packages near one that is right. */
export const strangeName = (name: string, random: Random): string =>
  random.pick<() => string>([
    () => `${name}-x`,
    () => `${name}++`,
    () => `${name}.${name}_${name}`,
    () => `${name}-1.0`,
    () => `${name}-1.0-r0`,
    () => `${name}-dev`,
    () => name.padEnd(random.pick([127, 128, 129]), 'x'),
    () => `${random.pick([...'-._+ /\\:~@!\t\0é'])}${name}`,
    () => `${name}${random.pick([...'-._+ /\\:~@!\t\0é'])}`,
    () => `${name}${random.pick(['/../x', '=1', '.apk', '\u0130', '\ufeff'])}`,
    () => name.toUpperCase(),
    () => '',
  ])();

/** What `base` provides, so that packages which depend on it can be installed. */
export const PROVIDED = ['so:libfuzz.so.1', 'cmd:fuzz', 'pc:fuzz', '/bin/fuzz', 'py3.12:fuzz', 'fuzz-base'];

export const strangeDependency = (name: string, random: Random): string =>
  random.pick<() => string>([
    () => random.pick(PROVIDED),
    () => random.pick(PROVIDED),
    () => `!never-there-${random.hex(3)}`,
    () =>
      `!never-there${random.pick(['=', '<', '>', '<=', '>=', '~', '~=', '><', '<>', '==', '=~'])}${someVersion(random)}`,
    () => `so:lib${name}.so.${random.below(10)}=${someVersion(random)}`,
    () => `cmd:${name}=${someVersion(random, true)}`,
    () => `${random.pick(PROVIDED)}>=${someVersion(random)}`,
    () => `!never=${strangeVersion(random)}`,
    () => `${name}=1.0-r0`,
    () => `${name}=9`,
    () => name,
    () => `!${'d'.repeat(random.pick([200, 254, 255, 300]))}`,
    () => `!never${random.pick([...'@()?*"\'{}\\|;&$#^%éü\u00a0\u200b'])}`,
    () => random.pick(['', '!', '=', '=1', '!!a', '<1', '!a=', '!a>', '!a=1=2', '!a>1<2', '-', '.']),
  ])();

const WORDS = [
  'text',
  'ö = ü',
  '包',
  '😀',
  'C:Q1abc',
  'P:other',
  '"quoted"',
  '\\n',
  '$(id)',
  '<b>',
  'a\tb',
  ' leading',
  'trailing ',
];
const CONTROLS = ['\0', '\r', '\x1b[2J', '\x85', '\x7f', '\u2028', '\u202e', '\u200b', '\ufeff'];

export const strangeText = (random: Random): string =>
  random.pick<() => string>([
    () => Array.from({ length: random.few(6) }, () => random.pick(WORDS)).join(' '),
    () => Array.from({ length: random.few(6) }, () => random.pick(WORDS)).join(' '),
    () => `text${random.pick(CONTROLS)}text`,
    () => 'x'.repeat(random.pick([100, 1000, 1800, 1900, 4096, 4097, 70_000])),
    () => 'ö'.repeat(random.pick([900, 1000, 2049])),
    () => ' ',
    () => '',
  ])();
