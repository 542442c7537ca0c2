import { NOARCH } from '#apk/names.ts';

/** Those that Alpine is built for, which repositories are asked for. Source: Alpine's wiki, "Architecture". */
export const ARCHITECTURES: readonly string[] = [
  'aarch64',
  'armhf',
  'armv7',
  'loongarch64',
  'ppc64le',
  'riscv64',
  's390x',
  'x86',
  'x86_64',
  NOARCH,
];
