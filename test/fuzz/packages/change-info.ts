import type { Random } from '../random.ts';
import { type Change, shown } from './change.ts';
import { strangeDependency, strangeName, strangeText } from './strange-info.ts';
import { strangeVersion } from './strange-version.ts';

const NUMBERS = [
  '0',
  '1',
  '007',
  '4096',
  '-1',
  '+1',
  '1.5',
  '1e3',
  '0x10',
  ' 1',
  '1 ',
  '',
  '999999999999999',
  '1'.repeat(16),
];
const ARCHES = [
  'x86_64',
  'noarch',
  'x86',
  'aarch64',
  'all',
  'amd64',
  '',
  'X86_64',
  'x86-64',
  'x'.repeat(33),
  '../x',
  '__proto__',
];
const TEXT_KEYS = [
  'pkgdesc',
  'url',
  'license',
  'origin',
  'maintainer',
  'commit',
  'packager',
  'unknown',
  'xdata',
];
const NUMBER_KEYS = ['size', 'builddate', 'provider_priority', 'replaces_priority'];
const LIST_KEYS = ['depend', 'provides', 'install_if', 'replaces', 'triggers'];

/** A line in place of the one of its key, or in addition to it. */
function setLine(info: string[], key: string, value: string, random: Random): string {
  const at = info.findIndex((line) => line.startsWith(`${key} = `));
  const line = `${key} = ${value}`;
  if (at === -1 || random.chance(0.1)) info.splice(random.below(info.length + 1), 0, line);
  else info[at] = line;
  return shown(line);
}

type InfoChange = (info: string[], name: string, random: Random) => string;

const CHANGES: readonly InfoChange[] = [
  (info, _, random) => setLine(info, 'pkgver', strangeVersion(random), random),
  (info, name, random) => setLine(info, 'pkgname', strangeName(name, random), random),
  (info, _, random) => setLine(info, 'arch', random.pick(ARCHES), random),
  (info, _, random) => setLine(info, random.pick(TEXT_KEYS), strangeText(random), random),
  (info, _, random) => setLine(info, random.pick(TEXT_KEYS), strangeText(random), random),
  (info, _, random) => setLine(info, random.pick(NUMBER_KEYS), random.pick(NUMBERS), random),
  (info, name, random) => {
    const list = Array.from({ length: random.few(5) }, () => strangeDependency(name, random));
    return setLine(info, random.pick(LIST_KEYS), list.join(random.pick([' ', ' ', '  ', '\t'])), random);
  },
  (info, name, random) => {
    const key = random.pick(LIST_KEYS);
    const lines = Array.from(
      { length: random.pick([2, 10, 300]) },
      () => `${key} = ${strangeDependency(name, random)}`,
    );
    info.push(...lines);
    return `${lines.length} lines of ${key}, the first ${shown(lines[0] ?? '')}`;
  },
  (info, _, random) =>
    setLine(
      info,
      'datahash',
      random.pick(['', 'abc', '0'.repeat(64), 'G'.repeat(64), '@datahash@ ', '@datahash@@datahash@']),
      random,
    ),
  (info, _, random) => {
    const [gone] = info.splice(random.below(info.length), 1);
    return `without ${shown(gone ?? '')}`;
  },
  (info, _, random) => {
    const line = random.pick(info);
    info.push(line);
    return `twice ${shown(line)}`;
  },
  (info, _, random) => {
    const at = random.below(info.length);
    const [key = '', value = ''] = (info[at] ?? '').split(' = ');
    const line = random.pick([
      `${key}=${value}`,
      `${key} =${value}`,
      `${key}\t=\t${value}`,
      ` ${key} = ${value}`,
      `${key}  =  ${value}`,
      `${key} = ${value}\r`,
      `${key} = ${value} `,
      `${key.toUpperCase()} = ${value}`,
      `${key} = ${value} = ${value}`,
      `#${key} = ${value}`,
      `${key} = `,
      key,
      '',
    ]);
    info[at] = line;
    return `the line ${shown(line)}`;
  },
  (info, _, random) => {
    const line = random.pick([
      '#',
      '# a = b',
      '=',
      ' = ',
      ' = x',
      '__proto__ = x',
      'constructor = x',
      `#${'x'.repeat(70_000)}`,
      'x'.repeat(5000),
    ]);
    info.splice(random.below(info.length + 1), 0, line);
    return `the line ${shown(line)}`;
  },
  (info, _, random) => {
    info.splice(0, info.length, ...random.shuffled(info));
    return 'in another order';
  },
];

const ENCODINGS: readonly [string, (text: string) => string | Buffer][] = [
  ['in Latin-1', (text) => Buffer.from(`${text}license = \xe9\n`, 'latin1')],
  ['in UTF-16', (text) => Buffer.from(text, 'utf16le')],
  ['with a byte order mark', (text) => `\ufeff${text}`],
  ['with a byte order mark in a name', (text) => text.replace('pkgname = ', 'pkgname = \ufeff')],
  ['with CRLF', (text) => text.replaceAll('\n', '\r\n')],
  ['with CR', (text) => text.replaceAll('\n', '\r')],
  ['without its last newline', (text) => text.slice(0, -1)],
  ['with a NUL at its end', (text) => `${text}\0`],
  ['with a lone surrogate', (text) => Buffer.concat([Buffer.from(text), Buffer.from([0xed, 0xa0, 0x80])])],
  ['empty', () => ''],
];

export const changeInfo: Change = (raw, random) => {
  if (random.chance(0.9)) return `.PKGINFO: ${random.pick(CHANGES)(raw.info, raw.name, random)}`;
  const [called, edit] = random.pick(ENCODINGS);
  raw.editInfo = edit;
  return `.PKGINFO ${called}`;
};
