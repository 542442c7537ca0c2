import { ApkFormatError, quote } from './apk-format-error.ts';
import { type Dependency, parseDependency } from './dependency.ts';
import type { PackageInfo } from './package-info.ts';
import { compareVersions } from './version.ts';

type Relations = Pick<PackageInfo, 'name' | 'version' | 'depends' | 'provides'>;

/**
 * Refuses what makes a package conflict with itself, so that no apk ever selects it.
 * Source: apk-tools 2.14.10 and 3.0.6 with one package each.
 * @throws ApkFormatError `provides-itself`, `conflicts-with-itself`
 */
export function checkSelfConflicts({ name, version, depends, provides }: Relations): void {
  const hasVersions = new Map<string, boolean>();
  for (const text of provides) {
    const provided = parseDependency(text);
    if (provided === undefined) continue;
    if (provided.name === name)
      throw new ApkFormatError(
        'provides-itself',
        `.PKGINFO: provides has ${quote(text)}, but the package is ${name} ${version}.`,
      );
    const hasVersion = provided.version !== undefined;
    const before = hasVersions.get(provided.name);
    if (before !== undefined && (before || hasVersion)) throw twice(provided.name);
    hasVersions.set(provided.name, hasVersion);
  }
  const needed = depends.find((text) => {
    const dependency = parseDependency(text);
    return dependency?.name === name && !text.startsWith('!') && !isMet(dependency, version);
  });
  if (needed !== undefined)
    throw new ApkFormatError(
      'conflicts-with-itself',
      `.PKGINFO: depend has ${quote(needed)}, but the package is ${name} ${version}.`,
    );
}

const twice = (name: string) =>
  new ApkFormatError('conflicts-with-itself', `.PKGINFO: provides has ${quote(name)} twice, with a version.`);

/** What a package says not to be installed with, though it is that itself, or provides it: apk 3 takes it for others alone. */
export function findConflictWithItself({ name, version, depends, provides }: Relations): string | undefined {
  const own = [{ name, version }, ...provides.flatMap((text) => parseDependency(text) ?? [])];
  return depends.find((text) => {
    const dependency = text.startsWith('!') ? parseDependency(text) : undefined;
    return own.some((one) => dependency?.name === one.name && isMet(dependency, one.version));
  });
}

/** Whether a version is one of those that a dependency names; what has none is only met by a dependency on any. */
function isMet({ operator = '', version: wanted }: Dependency, version: string | undefined): boolean {
  if (wanted === undefined) return true;
  if (version === undefined || operator === '><') return false;
  if (operator.includes('~') && version.startsWith(wanted)) return true;
  const order = compareVersions(version, wanted);
  return operator.includes(order < 0 ? '<' : order > 0 ? '>' : '=');
}
