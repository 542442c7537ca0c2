import { ApkFormatError, quote } from './apk-format-error.ts';
import { emptyPackageInfo, type PackageInfo } from './package-info.ts';

/** What an index says of one package. */
export interface IndexEntry {
  info: PackageInfo;
  /** `Q1…`, the package's identity. */
  checksum: string;
  /** Bytes of the package file. */
  size: number;
}

type Stanza = Map<string, string>;

/** How one line of a stanza is written and read; `undefined` leaves the line out. */
interface Line {
  key: string;
  write(entry: IndexEntry): string | undefined;
  read(value: string, entry: IndexEntry): void;
}

type TextField = 'name' | 'version' | 'arch' | 'description' | 'url' | 'license';
type OptionalTextField = 'origin' | 'maintainer' | 'commit';
type NumberField = 'installedSize' | 'buildTime' | 'providerPriority';
type ListField = 'depends' | 'provides' | 'installIf';

const text = (key: string, field: TextField): Line => ({
  key,
  write: ({ info }) => info[field],
  read: (value, { info }) => {
    info[field] = value;
  },
});

const optionalText = (key: string, field: OptionalTextField): Line => ({
  key,
  write: ({ info }) => info[field] || undefined,
  read: (value, { info }) => {
    info[field] = value;
  },
});

const number = (key: string, field: NumberField): Line => ({
  key,
  write: ({ info }) => info[field]?.toString(),
  read: (value, { info }) => {
    info[field] = wholeNumber(key, value);
  },
});

const list = (key: string, field: ListField): Line => ({
  key,
  write: ({ info }) => info[field].join(' ') || undefined,
  read: (value, { info }) => {
    info[field] = value.split(' ');
  },
});

/** The lines of a stanza in the order `apk index` writes them. Source: apk-v2.5 "APKINDEX"; apk-tools src/package.c. */
const LINES: readonly Line[] = [
  {
    key: 'C',
    write: ({ checksum }) => checksum,
    read: (value, entry) => {
      entry.checksum = value;
    },
  },
  text('P', 'name'),
  text('V', 'version'),
  text('A', 'arch'),
  {
    key: 'S',
    write: ({ size }) => size.toString(),
    read: (value, entry) => {
      entry.size = wholeNumber('S', value);
    },
  },
  number('I', 'installedSize'),
  text('T', 'description'),
  text('U', 'url'),
  text('L', 'license'),
  optionalText('o', 'origin'),
  optionalText('m', 'maintainer'),
  number('t', 'buildTime'),
  optionalText('c', 'commit'),
  number('k', 'providerPriority'),
  list('D', 'depends'),
  list('p', 'provides'),
  list('i', 'installIf'),
];

const LINE_OF = new Map(LINES.map((line) => [line.key, line]));

const REQUIRED = ['C', 'P', 'V', 'A', 'S'];

/** One package as `K:value` lines and the empty line that ends it. */
export function encodeEntry(entry: IndexEntry): string {
  let stanza = '';
  for (const { key, write } of LINES) {
    const value = write(entry);
    if (value !== undefined) stanza += `${key}:${value}\n`;
  }
  return `${stanza}\n`;
}

/**
 * Reads one stanza, without the empty line.
 * @param isForeign lines that only others write are passed over where apk does so, too: those of small letters.
 *   Source: apk-tools src/package.c, apk_pkg_add_info
 * @throws ApkFormatError `bad-index`
 */
export function decodeEntry(stanza: string, { isForeign = false } = {}): IndexEntry {
  const entry: IndexEntry = { info: emptyPackageInfo(), checksum: '', size: 0 };
  const seen: Stanza = new Map();
  for (const line of stanza.split('\n')) {
    const [key, value] = [line.slice(0, 1), line.slice(2)];
    const reader = LINE_OF.get(key);
    if (isForeign && reader === undefined && /^[a-z]:/.test(line)) continue;
    if (line[1] !== ':' || reader === undefined || seen.has(key)) {
      throw new ApkFormatError('bad-index', `The index has the line ${quote(line)}.`);
    }
    seen.set(key, value);
    reader.read(value, entry);
  }
  const missing = REQUIRED.find((key) => !seen.get(key));
  if (missing !== undefined)
    throw new ApkFormatError('bad-index', `The index has a package without ${missing}: ${quote(stanza)}.`);
  return entry;
}

function wholeNumber(key: string, value: string): number {
  if (!/^[0-9]{1,15}$/.test(value))
    throw new ApkFormatError('bad-index', `The index has ${quote(`${key}:${value}`)}.`);
  return Number(value);
}
