import { isVersion } from './version.ts';

/**
 * `[!]name[op version]`, as in `depend`, `provides`, `install_if` and `replaces`; a name may be a
 * provider's (`so:libc.so.6`, `cmd:ls`, `pc:zlib`, `py3.11:six`, `/bin/sh`).
 * Source: apk-package.5 "DEPENDENCIES"; apk-tools src/package.c, src/ctype.c.
 */
const DEPENDENCY = /^!?(?<name>[A-Za-z0-9/_.+:,[\]-]+)(?:(?<operator>[<>=~]{1,2})(?<version>.+))?$/;

export interface Dependency {
  name: string;
  /** `<`, `<=`, `=`, `~`, `>=`, `>`, or `><` for a checksum in place of the version. */
  operator: string | undefined;
  /** `undefined` for any version. */
  version: string | undefined;
}

/** @returns `undefined` for a string that some client would read otherwise */
export function parseDependency(text: string): Dependency | undefined {
  const { name, operator, version } = DEPENDENCY.exec(text)?.groups ?? {};
  if (name === undefined) return undefined;
  const isRight = version === undefined || operator === '><' || isVersion(version);
  return isRight ? { name, operator, version } : undefined;
}

/** apk 2 stops reading a list at a version with `~hash`, which only apk 3 knows. */
export const needsApk3 = (dependency: string): boolean =>
  parseDependency(dependency)?.version?.includes('~') ?? false;
