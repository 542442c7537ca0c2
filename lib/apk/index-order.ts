import type { PackageInfo } from './package-info.ts';
import { compareVersions, isVersion } from './version.ts';

/** What tells one entry of an index from another: a native and a noarch package may share a name and version. */
export type EntryName = Pick<PackageInfo, 'name' | 'version' | 'arch'>;

/**
 * The order of an index: by name, then from the oldest version to the newest; 0 for one and the same entry.
 * Foreign indexes have what is no version: that goes first.
 */
export function compareEntryNames(a: EntryName, b: EntryName): number {
  return compareTexts(a.name, b.name) || compareInOrder(a.version, b.version) || compareTexts(a.arch, b.arch);
}

function compareInOrder(a: string, b: string): number {
  const [isOne, isOther] = [isVersion(a), isVersion(b)];
  if (isOne !== isOther) return isOne ? 1 : -1;
  // Versions that apk takes for equal may be written in two ways.
  return (isOne && compareVersions(a, b)) || compareTexts(a, b);
}

const compareTexts = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
