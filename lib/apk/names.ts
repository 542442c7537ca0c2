/** Source: apk-package.5 "NAME". */
const PACKAGE_NAME = /^[a-zA-Z0-9][a-zA-Z0-9._+-]*$/;
const ARCHITECTURE = /^[A-Za-z0-9_]{1,32}$/;

/** Alpine's architectures, past and present. Source: Alpine's wiki, "Architecture"; abuild's functions.sh. */
const ARCHITECTURES = new Set([
  'aarch64',
  'armel',
  'armhf',
  'armv7',
  'loongarch64',
  'mips64',
  'mips64el',
  'noarch',
  'ppc64',
  'ppc64le',
  'riscv32',
  'riscv64',
  's390x',
  'wasm32',
  'x86',
  'x86_64',
]);

/** Whether Alpine has such machines; others, such as OpenWrt's, are legal. */
export const isKnownArchitecture = (text: string): boolean => ARCHITECTURES.has(text);

/** The architecture of packages that run on all of them. */
export const NOARCH = 'noarch';

/** S3 keys and file names are bounded; Alpine's longest name has 62 characters. */
const MAX_NAME_CHARACTERS = 128;

/** What `apk add` of apk 2 takes for a file beside it, wherever it stands. Source: apk-tools 2.14.10 src/app_add.c. */
const LOOKS_LIKE_A_FILE = '.apk';

export const isPackageName = (text: string): boolean =>
  text.length <= MAX_NAME_CHARACTERS && PACKAGE_NAME.test(text) && !text.includes(LOOKS_LIKE_A_FILE);

export const isVersionLength = (text: string): boolean => text.length <= MAX_NAME_CHARACTERS;

/** `all` is what an APKBUILD says; apk asks no repository for it. */
export const isArchitecture = (text: string): boolean => ARCHITECTURE.test(text) && text !== 'all';

/**
 * Takes `{name}-{version}.apk` apart; a version begins at the last dash before a digit.
 * @returns `undefined` when it is not such a name
 */
export function splitPackageFile(file: string): { name: string; version: string } | undefined {
  const { name, version } = /^(?<name>.+)-(?<version>[0-9][^/]*)\.apk$/.exec(file)?.groups ?? {};
  return name === undefined || version === undefined ? undefined : { name, version };
}
