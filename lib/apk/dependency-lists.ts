import { ApkFormatError, quote } from './apk-format-error.ts';
import { parseDependency } from './dependency.ts';
import { MAX_DEPENDENCIES, MAX_DEPENDENCY_BYTES, MAX_LIST_BYTES, MAX_REPLACES_BYTES } from './limits.ts';

/** Keys of `.PKGINFO` whose values are dependency strings, separated by spaces. */
export const DEPENDENCY_LISTS = {
  depend: 'depends',
  provides: 'provides',
  install_if: 'installIf',
  replaces: 'replaces',
} as const;

type ListKey = keyof typeof DEPENDENCY_LISTS;

export type DependencyLists = Record<(typeof DEPENDENCY_LISTS)[ListKey], string[]>;

/**
 * The dependency strings of a package.
 * @throws ApkFormatError `bad-dependency`, `value-too-long`, `metadata-too-large`, `too-many-dependencies`
 */
export function readDependencies(valuesOf: (key: ListKey) => readonly string[]): DependencyLists {
  const lists: DependencyLists = { depends: [], provides: [], installIf: [], replaces: [] };
  let count = 0;
  for (const [key, field] of Object.entries(DEPENDENCY_LISTS) as [ListKey, keyof DependencyLists][]) {
    lists[field] = readList(key, valuesOf(key));
    count += lists[field].length;
  }
  if (count > MAX_DEPENDENCIES) {
    throw new ApkFormatError(
      'too-many-dependencies',
      `.PKGINFO has ${count} dependencies; the limit is ${MAX_DEPENDENCIES}.`,
    );
  }
  return lists;
}

function readList(key: ListKey, values: readonly string[]): string[] {
  const list = values.flatMap((value) => value.split(' ')).filter((text) => text !== '');
  // apk takes what is before a leading space for a dependency on nothing, which it never finds.
  const wrong =
    values.find((value) => value.startsWith(' ')) ?? list.find((text) => parseDependency(text) === undefined);
  if (wrong !== undefined)
    throw new ApkFormatError('bad-dependency', `.PKGINFO: ${key} has ${quote(wrong)}.`);
  const long = list.find((text) => Buffer.byteLength(text) > MAX_DEPENDENCY_BYTES);
  if (long !== undefined) {
    throw new ApkFormatError(
      'value-too-long',
      `.PKGINFO: ${key} has ${quote(long)}, of more than ${MAX_DEPENDENCY_BYTES} bytes.`,
    );
  }
  const bytes = Buffer.byteLength(list.join(' '));
  const limit = key === 'replaces' ? MAX_REPLACES_BYTES : MAX_LIST_BYTES;
  if (bytes > limit) {
    throw new ApkFormatError(
      'metadata-too-large',
      `.PKGINFO: ${key} has ${bytes} bytes; the limit is ${limit}.`,
    );
  }
  return list;
}
