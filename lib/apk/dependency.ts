import { isVersion } from './version.ts';

/**
 * `[!]name[op version]`, as in `depend`, `provides`, `install_if` and `replaces`; a name may be a
 * provider's (`so:libc.so.6`, `cmd:ls`, `pc:zlib`, `py3.11:six`, `/bin/sh`).
 * Source: apk-package.5 "DEPENDENCIES"; apk-tools src/package.c, src/ctype.c.
 */
const DEPENDENCY = /^!?(?<name>[A-Za-z0-9/_.+:,[\]-]+)(?:(?<operator>[<>=~]{1,2})(?<version>.+))?$/;

/** `true` for a dependency string that every client reads the same way. */
export function isDependency(text: string): boolean {
  const { name, operator, version } = DEPENDENCY.exec(text)?.groups ?? {};
  if (name === undefined) return false;
  if (operator === undefined || version === undefined) return true;
  return operator === '><' || isVersion(version);
}

/** apk 2 stops reading a list at a version with `~hash`, which only apk 3 knows. */
export function needsApk3(dependency: string): boolean {
  const { version } = DEPENDENCY.exec(dependency)?.groups ?? {};
  return version?.includes('~') ?? false;
}
