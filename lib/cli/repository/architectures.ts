import { NOARCH } from '#apk/names.ts';

/** Those that Alpine is built for, and what runs on all. Source: Alpine's wiki, "Architecture". */
export const ARCHITECTURES = [
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
