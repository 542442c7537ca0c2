import { buildPackage } from '#test/support/build-package.ts';
import type { Package } from './actor.ts';

export const REPOSITORY = { owner: 'acme', branch: 'edge', repository: 'main' };

function makePackage({ name, arch = 'x86_64' }: { name: string; arch?: string }, content = 'one'): Package {
  const file = buildPackage({ name, arch, files: { [`usr/share/${name}`]: content } });
  return { name: { ...REPOSITORY, arch, name, version: '1.0-r0' }, file };
}

/** The one that operations are about, and those beside it. */
export const FOO = makePackage({ name: 'foo' });
/** The same file name with other content. */
export const OTHER_FOO = makePackage({ name: 'foo' }, 'two');
export const BAR = makePackage({ name: 'bar' });
export const ARM = makePackage({ name: 'baz', arch: 'aarch64' });
export const NOARCH = makePackage({ name: 'docs', arch: 'noarch' });
export const OTHER_NOARCH = makePackage({ name: 'docs', arch: 'noarch' }, 'two');
