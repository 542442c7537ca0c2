import { ApkFormatError, quote } from './apk-format-error.ts';
import { DEPENDENCY_LISTS, type DependencyLists, readDependencies } from './dependency-lists.ts';
import type { FaultCode } from './faults.ts';
import { readInfoLines } from './info-lines.ts';
import { MAX_TEXT_BYTES } from './limits.ts';
import { isArchitecture, isPackageName, isVersionLength } from './names.ts';
import { checkSelfConflicts } from './self-conflicts.ts';
import { isVersion } from './version.ts';

/** What `.PKGINFO` says of a package; absent fields are left out. */
export interface PackageInfo extends DependencyLists {
  name: string;
  version: string;
  arch: string;
  description: string;
  url: string;
  license: string;
  /** Bytes on the client's disk. */
  installedSize?: number;
  origin?: string;
  maintainer?: string;
  /** Epoch seconds. */
  buildTime?: number;
  commit?: string;
  providerPriority?: number;
  replacesPriority?: number;
  triggers: string[];
}

/** The parsed file and the SHA-256 it promises for the data member, lower-case hex. */
export interface PackageInfoFile {
  info: PackageInfo;
  datahash: string;
}

const TEXT = {
  pkgdesc: 'description',
  url: 'url',
  license: 'license',
  origin: 'origin',
  maintainer: 'maintainer',
  commit: 'commit',
} as const;
const NUMBERS = {
  size: 'installedSize',
  builddate: 'buildTime',
  provider_priority: 'providerPriority',
  replaces_priority: 'replacesPriority',
} as const;
const IDENTITY = ['pkgname', 'pkgver', 'arch'] as const;
const LISTS = [...Object.keys(DEPENDENCY_LISTS), 'triggers'];
const KEYS = new Set([...IDENTITY, ...Object.keys(TEXT), ...Object.keys(NUMBERS), 'datahash', ...LISTS]);

/** A package that says nothing of itself. */
export const emptyPackageInfo = (): PackageInfo => ({
  name: '',
  version: '',
  arch: '',
  description: '',
  url: '',
  license: '',
  depends: [],
  provides: [],
  installIf: [],
  replaces: [],
  triggers: [],
});

/**
 * Reads `.PKGINFO`. Source: apk-v2.5, "PKGINFO".
 * @throws ApkFormatError `field-*`, `value-too-long`, `bad-*`, `too-many-dependencies`, `metadata-too-large`, `provides-itself`, `conflicts-with-itself`, `datahash-missing`
 */
export function parsePackageInfo(bytes: Uint8Array): PackageInfoFile {
  const values = readInfoLines(bytes, KEYS);
  for (const [key, { length }] of values) {
    if (length > 1 && !LISTS.includes(key)) {
      throw new ApkFormatError('field-repeated', `.PKGINFO has ${length} lines of ${key}.`);
    }
  }
  const single = (key: string) => values.get(key)?.[0];
  const info: PackageInfo = {
    ...emptyPackageInfo(),
    name: identity('pkgname', single('pkgname'), 'bad-name', isPackageName),
    version: identity(
      'pkgver',
      single('pkgver'),
      'bad-version',
      (text) => isVersion(text) && isVersionLength(text),
    ),
    arch: identity('arch', single('arch'), 'bad-arch', isArchitecture),
    ...readDependencies((key) => values.get(key) ?? []),
    triggers: values.get('triggers') ?? [],
  };
  for (const [key, field] of Object.entries(TEXT)) {
    const value = single(key);
    if (value !== undefined) info[field] = value;
  }
  for (const [key, field] of Object.entries(NUMBERS)) {
    const value = single(key);
    if (value !== undefined) info[field] = wholeNumber(key, value);
  }
  checkTexts(info);
  checkSelfConflicts(info);
  return { info, datahash: readDatahash(single('datahash')) };
}

function identity(
  key: (typeof IDENTITY)[number],
  value: string | undefined,
  code: FaultCode,
  isValid: (text: string) => boolean,
): string {
  if (!value) throw new ApkFormatError('field-missing', `.PKGINFO has no ${key}.`);
  if (!isValid(value)) throw new ApkFormatError(code, `.PKGINFO: ${key} is ${quote(value)}.`);
  return value;
}

function wholeNumber(key: string, value: string): number {
  if (!/^[0-9]{1,15}$/.test(value)) {
    throw new ApkFormatError('field-invalid', `.PKGINFO: ${key} is ${quote(value)}, not a whole number.`);
  }
  return Number(value);
}

function readDatahash(value: string | undefined): string {
  if (value === undefined) throw new ApkFormatError('datahash-missing', '.PKGINFO has no datahash.');
  const datahash = value.toLowerCase();
  if (/^[0-9a-f]{64}$/.test(datahash)) return datahash;
  throw new ApkFormatError(
    'field-invalid',
    `.PKGINFO: datahash is ${quote(datahash)}, not the hex of a SHA-256.`,
  );
}

/** A client that cannot write a package down loses its whole installed database, so this is no warning. */
function checkTexts(info: PackageInfo): void {
  const texts = [
    info.name,
    info.version,
    info.arch,
    ...Object.values(TEXT).map((field) => info[field] ?? ''),
  ];
  const bytes = Buffer.byteLength(texts.join(''));
  if (bytes <= MAX_TEXT_BYTES) return;
  const keys = [...IDENTITY, ...Object.keys(TEXT)].join(', ');
  throw new ApkFormatError(
    'metadata-too-large',
    `.PKGINFO: ${keys} have ${bytes} bytes together; the limit is ${MAX_TEXT_BYTES}.`,
  );
}
