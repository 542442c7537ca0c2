import { encodeTar, rawEntry } from '#test/fuzz/packages/raw-tar.ts';
import { buildMembers, buildPackage, controlMember } from '#test/support/build-package.ts';
import { type Bomb, MiB, repeated } from './bomb.ts';
import { deflateOpen, GZIP_HEADER } from './gzip-bombs.ts';

const bomb = (title: string, answer: string, build: Bomb['build']): Bomb => ({
  title: `.PKGINFO: ${title}`,
  reader: 'package',
  answer,
  build,
});

/** What a control member may inflate to, nearly. */
const INFLATED = 7 * MiB;

async function withInfo(text: string): Promise<Buffer> {
  const { data } = await buildMembers();
  return Buffer.concat([await controlMember(text), data]);
}

export const INFO_BOMBS: readonly Bomb[] = [
  bomb('a value of gigabytes', 'control-too-large', async (size) => {
    const header = encodeTar({
      entries: [rawEntry('.PKGINFO', { size: '77777777777' })],
      end: Buffer.alloc(0),
    });
    const value = [
      deflateOpen(Buffer.from('pkgname = ')),
      repeated(deflateOpen(Buffer.alloc(MiB, 'a')), size),
    ];
    return Buffer.concat([GZIP_HEADER, deflateOpen(header), ...value]);
  }),
  bomb('a value of 7 MiB', 'metadata-too-large', () => withInfo(`pkgname = ${'a'.repeat(INFLATED)}`)),
  bomb('seven million empty lines', 'metadata-too-large', () => withInfo('\n'.repeat(INFLATED))),
  bomb('a million lines that nobody knows', 'metadata-too-large', () =>
    withInfo('a = b\n'.repeat(INFLATED / 6)),
  ),
  bomb('thirty thousand dependencies', 'too-many-dependencies', () =>
    buildPackage({ editInfo: (text) => text + 'depend = a\n'.repeat(30_000) }),
  ),
  bomb('scripts without content', 'control-unexpected', async () => {
    const { data } = await buildMembers();
    const scripts = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`.s${i}`, '']));
    return Buffer.concat([await controlMember('', { ...scripts, INSTALL: '' }), data]);
  }),
];
