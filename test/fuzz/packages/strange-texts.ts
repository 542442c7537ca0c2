import type { Random } from '../random.ts';

/** Names that a path in `folder` could have, right and wrong; Latin-1, a byte a character. */
export const strangePath = (folder: string, random: Random): string =>
  random.pick<() => string>([
    () => `${folder}/${random.pick(STRANGE_SEGMENTS)}`,
    () => random.pick(STRANGE_PATHS),
    () => `${folder}/a`,
    () => `${folder}/${'x'.repeat(random.pick([90, 100, 155, 254, 255, 256]))}`,
    () => `${folder}/${random.bytes(random.few(6)).toString('latin1')}`,
    () => `${folder}/a\0${random.pick(['junk', '/../b'])}`,
    () => `${folder}${random.pick(['/', '//a', '/./a', '/../a', '/a/', '/.', '/..'])}`,
    () => `./${folder}/a`,
    () => `${folder}/new${random.hex(4)}`,
    () => `${folder}/d${'/d'.repeat(random.pick([1, 10, 200]))}`,
    () =>
      `${folder}/${utf8(random.pick(['größe', '包', '😀', 'e\u0301', '\u202egpj', '\ufeffa', '\u2028']))}`,
  ])();

/** What UTF-8 makes of it, a byte a character. */
export const utf8 = (text: string): string => Buffer.from(text).toString('latin1');

const STRANGE_SEGMENTS = [
  'a b',
  ' a',
  'a ',
  '-rf',
  '.hidden',
  '...',
  'a\\b',
  '"a"',
  "'",
  '*',
  '$(a)',
  'a\nb',
  'a\tb',
  '\x1b[2J',
  '\x7f',
  '\x85',
  '\xff\xfe',
  '\xc3\x28',
  'R:a',
  'a=b',
  '.apk.0123456789',
  'a.apk-new',
];

const STRANGE_PATHS = [
  '',
  '.',
  './',
  '..',
  '/',
  '/etc/passwd',
  '../a',
  '.PKGINFO',
  '.SIGN.RSA.a.rsa.pub',
  '.post-install',
  '.dummy',
  'usr',
  'usr/',
  'usr/share',
  'a',
  'lib/apk/db/fuzz',
  'etc/fuzz',
  'var/cache/misc',
  '././@LongLink',
  'PaxHeader',
];

const DIGITS = ['0', '1', '7', '12', '644', '4755', '7777', '777777', '1777', '77777777'];

/** What could stand in a number field of so many bytes. */
export const strangeNumber = (length: number, random: Random): string =>
  random.pick<() => string>([
    () => `${random.pick(DIGITS).padStart(length - 1, '0')}\0`,
    () => random.pick(DIGITS).padStart(length, '0'),
    () => `${random.pick(DIGITS)} `,
    () => `${random.pick(DIGITS)} \0`,
    () => ` ${random.pick(DIGITS)}\0`,
    () => `${random.pick(DIGITS)}\0${random.pick(DIGITS)}`,
    () => '\0'.repeat(length),
    () => ' '.repeat(length),
    () => '7'.repeat(length),
    () => `${random.pick(['8', '9', '-1', '+1', '0x1', '1e3', 'a', '1.5'])}\0`,
    () => `\x80${'\0'.repeat(length - 3)}${random.bytes(2).toString('latin1')}`,
    () => '\xff'.repeat(length),
    () => random.bytes(length).toString('latin1'),
  ])();
