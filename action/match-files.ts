import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Matches {
  /** In the order of their patterns, each once. */
  files: string[];
  /** Patterns that no file matches. */
  unmatched: string[];
}

/**
 * Finds files by patterns: `*` and `?` within a name, `[a-z]`, and `**` for any folders; spaces and quotes are
 * letters like others. What begins with a dot is matched by a name that does. A pattern that is a file's own name
 * is that file.
 */
export function matchFiles(patterns: readonly string[], folder = ''): Matches {
  const meant = patterns.map((pattern) => pattern.trim()).filter((pattern) => pattern !== '');
  const found = meant.map((pattern) => ({ pattern, files: filesOf(pattern, folder) }));
  return {
    files: [...new Set(found.flatMap(({ files }) => files))],
    unmatched: found.filter(({ files }) => files.length === 0).map(({ pattern }) => pattern),
  };
}

function filesOf(pattern: string, folder: string): string[] {
  if (statOf(join(folder, pattern))?.isFile()) return [pattern];
  const root = pattern.startsWith('/') ? '/' : '';
  const names = pattern.split('/').filter((name) => name !== '' && name !== '.');
  return expand(root, names, folder).filter((path) => statOf(join(folder, path))?.isFile());
}

/** @param base what is found already, `packages/` */
function expand(base: string, [name, ...rest]: readonly string[], folder: string): string[] {
  if (name === undefined) return base === '' ? [] : [base.replace(/\/$/, '')];
  if (!/[*?[]/.test(name)) return expand(`${base}${name}/`, rest, folder);
  const entries = entriesOf(join(folder, base));
  if (name === '**') {
    const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
    const deeper = folders.flatMap((entry) => expand(`${base}${entry.name}/`, [name, ...rest], folder));
    return [...expand(base, rest.length > 0 ? rest : ['*'], folder), ...deeper];
  }
  const matching = patternOf(name);
  const matched = entries.filter((entry) => matching.test(entry.name));
  return matched.flatMap((entry) => expand(`${base}${entry.name}/`, rest, folder));
}

/** Sorted; none where there is no folder. */
function entriesOf(path: string): Dirent[] {
  try {
    const entries = readdirSync(path || '.', { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

const statOf = (path: string): Stats | undefined => {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
};

/** A pattern within one name as an expression. Source: POSIX.1-2024, Shell Command Language, 2.14. */
function patternOf(name: string): RegExp {
  const expression = name.replace(/\[(!?)(\]?[^\]]*)\]|\*|\?|[\\^$.|+(){}[\]]/g, (found, not, range) => {
    if (found === '*') return '[^]*';
    if (found === '?') return '[^]';
    if (range === undefined) return `\\${found}`;
    return `[${not ? '^' : ''}${range.replace(/[\\^\]]/g, '\\$&')}]`;
  });
  try {
    return new RegExp(`^${name.startsWith('.') ? '' : '(?!\\.)'}${expression}$`, 'u');
  } catch {
    // A range whose end is before its beginning, which has no letter in it.
    return /(?!)/;
  }
}
