import { ApkFormatError, quote } from './apk-format-error.ts';
import { isDependency } from './dependency.ts';
import {
  MAX_DEPENDENCIES,
  MAX_DEPENDENCY_BYTES,
  MAX_INFO_LINE_BYTES,
  MAX_LIST_BYTES,
  MAX_METADATA_BYTES,
  MAX_REPLACES_BYTES,
  MAX_TEXT_BYTES,
  MAX_VALUE_CHARACTERS,
} from './limits.ts';
import { isArchitecture, isPackageName, isVersionLength } from './names.ts';
import { isVersion } from './version.ts';

/** What `.PKGINFO` says of a package; absent fields are left out. */
export interface PackageInfo {
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
  depends: string[];
  provides: string[];
  installIf: string[];
  replaces: string[];
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
const LISTS = {
  depend: 'depends',
  provides: 'provides',
  install_if: 'installIf',
  replaces: 'replaces',
} as const;
const REQUIRED = ['pkgname', 'pkgver', 'arch'] as const;

const CONTROL_CHARACTER = /\p{Cc}/u;

/**
 * Reads `.PKGINFO`: `key = value` lines, `#` comments; unknown keys are passed over, as apk does.
 * Source: apk-v2.5, "PKGINFO".
 * @throws ApkFormatError `field-*`, `value-too-long`, `bad-*`, `too-many-dependencies`, `metadata-too-large`, `datahash-missing`
 */
export function parsePackageInfo(bytes: Uint8Array): PackageInfoFile {
  const fields = readFields(decodeText(bytes));
  for (const key of REQUIRED) {
    if (!fields.single.get(key)) throw new ApkFormatError('field-missing', `.PKGINFO has no ${key}.`);
  }
  const info: PackageInfo = {
    name: identity(fields, 'pkgname', 'bad-name', isPackageName),
    version: identity(fields, 'pkgver', 'bad-version', (text) => isVersion(text) && isVersionLength(text)),
    arch: identity(fields, 'arch', 'bad-arch', isArchitecture),
    description: '',
    url: '',
    license: '',
    depends: [],
    provides: [],
    installIf: [],
    replaces: [],
    triggers: [],
  };
  for (const [key, field] of Object.entries(TEXT)) {
    const value = fields.single.get(key);
    if (value !== undefined) info[field] = value;
  }
  for (const [key, field] of Object.entries(NUMBERS)) {
    const value = fields.single.get(key);
    if (value !== undefined) info[field] = wholeNumber(key, value);
  }
  checkTexts(info);
  readDependencies(fields, info);
  const datahash = fields.single.get('datahash')?.toLowerCase();
  if (datahash === undefined) throw new ApkFormatError('datahash-missing', '.PKGINFO has no datahash.');
  if (!/^[0-9a-f]{64}$/.test(datahash)) {
    throw new ApkFormatError(
      'field-invalid',
      `.PKGINFO: datahash is ${quote(datahash)}, not the hex of a SHA-256.`,
    );
  }
  return { info, datahash };
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new ApkFormatError('field-invalid', '.PKGINFO is not UTF-8 text.', { cause });
  }
}

interface Fields {
  single: Map<string, string>;
  lists: Map<string, string[]>;
}

const LIST_KEYS = new Set([...Object.keys(LISTS), 'triggers']);
const SINGLE_KEYS = new Set([...REQUIRED, ...Object.keys(TEXT), ...Object.keys(NUMBERS), 'datahash']);

function readFields(text: string): Fields {
  const fields: Fields = { single: new Map(), lists: new Map() };
  let length = 0;
  for (const line of text.split('\n')) {
    if (Buffer.byteLength(line) > MAX_INFO_LINE_BYTES) {
      throw new ApkFormatError(
        'value-too-long',
        `.PKGINFO has a line of more than ${MAX_INFO_LINE_BYTES} bytes: ${quote(line)}.`,
      );
    }
    const at = line.indexOf(' = ');
    if (line.startsWith('#') || at === -1) continue;
    const [key, value] = [line.slice(0, at), line.slice(at + 3)];
    if (!LIST_KEYS.has(key) && !SINGLE_KEYS.has(key)) continue;
    checkValue(key, value);
    length += Buffer.byteLength(value);
    if (length > MAX_METADATA_BYTES) {
      throw new ApkFormatError(
        'metadata-too-large',
        `.PKGINFO has more than ${MAX_METADATA_BYTES} bytes of values.`,
      );
    }
    const list = fields.lists.get(key);
    if (list !== undefined) list.push(value);
    else if (LIST_KEYS.has(key)) fields.lists.set(key, [value]);
    else if (fields.single.has(key))
      throw new ApkFormatError('field-repeated', `.PKGINFO has more than one ${key}.`);
    else fields.single.set(key, value);
  }
  return fields;
}

/** A newline cannot be in a value, but a NUL or a carriage return could forge or cut a line of the index. */
function checkValue(key: string, value: string): void {
  if (value.length > MAX_VALUE_CHARACTERS) {
    throw new ApkFormatError(
      'value-too-long',
      `.PKGINFO: ${key} has ${value.length} characters; the limit is ${MAX_VALUE_CHARACTERS}.`,
    );
  }
  if (CONTROL_CHARACTER.test(value)) {
    throw new ApkFormatError('field-invalid', `.PKGINFO: ${key} has a control character: ${quote(value)}.`);
  }
}

function identity(
  { single }: Fields,
  key: 'pkgname' | 'pkgver' | 'arch',
  code: 'bad-name' | 'bad-version' | 'bad-arch',
  isValid: (text: string) => boolean,
): string {
  const value = single.get(key) ?? '';
  if (!isValid(value)) throw new ApkFormatError(code, `.PKGINFO: ${key} is ${quote(value)}.`);
  return value;
}

function wholeNumber(key: string, value: string): number {
  if (!/^[0-9]{1,15}$/.test(value)) {
    throw new ApkFormatError('field-invalid', `.PKGINFO: ${key} is ${quote(value)}, not a whole number.`);
  }
  return Number(value);
}

function readDependencies({ lists }: Fields, info: PackageInfo): void {
  let count = 0;
  for (const [key, field] of Object.entries(LISTS)) {
    const values = lists.get(key) ?? [];
    info[field] = values.flatMap((value) => value.split(' ')).filter((text) => text !== '');
    // apk takes what is before a leading space for a dependency on nothing, which it never finds.
    const wrong =
      values.find((value) => value.startsWith(' ')) ?? info[field].find((text) => !isDependency(text));
    if (wrong !== undefined)
      throw new ApkFormatError('bad-dependency', `.PKGINFO: ${key} has ${quote(wrong)}.`);
    checkList(key, info[field]);
    count += info[field].length;
  }
  info.triggers = lists.get('triggers') ?? [];
  if (count > MAX_DEPENDENCIES) {
    throw new ApkFormatError(
      'too-many-dependencies',
      `.PKGINFO has ${count} dependencies; the limit is ${MAX_DEPENDENCIES}.`,
    );
  }
}

/** A client that cannot write a package down loses its whole installed database, so these are no warnings. */
function checkTexts(info: PackageInfo): void {
  const texts = [
    info.name,
    info.version,
    info.arch,
    ...Object.values(TEXT).map((field) => info[field] ?? ''),
  ];
  const bytes = Buffer.byteLength(texts.join(''));
  if (bytes > MAX_TEXT_BYTES)
    throw new ApkFormatError(
      'metadata-too-large',
      `.PKGINFO: name, version, arch, ${Object.keys(TEXT).join(', ')} have ${bytes} bytes together; the limit is ${MAX_TEXT_BYTES}.`,
    );
}

function checkList(key: string, list: readonly string[]): void {
  const long = list.find((text) => Buffer.byteLength(text) > MAX_DEPENDENCY_BYTES);
  if (long !== undefined)
    throw new ApkFormatError(
      'value-too-long',
      `.PKGINFO: ${key} has ${quote(long)}, of more than ${MAX_DEPENDENCY_BYTES} bytes.`,
    );
  const bytes = Buffer.byteLength(list.join(' '));
  const limit = key === 'replaces' ? MAX_REPLACES_BYTES : MAX_LIST_BYTES;
  if (bytes > limit)
    throw new ApkFormatError(
      'metadata-too-large',
      `.PKGINFO: ${key} has ${bytes} bytes; the limit is ${limit}.`,
    );
}
