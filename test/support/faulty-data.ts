import { createHash } from 'node:crypto';
import type { FaultCode } from '#apk/faults.ts';
import { buildPackage } from './build-package.ts';
import type { FaultyPackage } from './faulty-packages.ts';
import {
  directory,
  END_OF_ARCHIVE,
  extensionEntry,
  file,
  gzipMember,
  patchHeader,
  symlink,
  type TarEntry,
  tarOf,
} from './tar-members.ts';

/** A package with these entries in its data member. */
const entries = (code: FaultCode, title: string, list: readonly TarEntry[]): FaultyPackage => ({
  title,
  code,
  bytes: () => buildPackage({ entries: list, fields: { size: '4096' } }),
});

/** A package with this tar stream, its end-of-archive blocks included, as its data member. */
const stream = (code: FaultCode, title: string, tar: () => Promise<Buffer>): FaultyPackage => ({
  title,
  code,
  bytes: async () => buildPackage({ data: gzipMember(await tar()), fields: { size: '4096' } }),
});

const plain = (name: string): TarEntry => ({ name, content: 'a', mode: 0o644 });

/** The stream of a directory `usr` and a file in it, whose header begins at 512. */
const aFile = () => tarOf([directory('usr'), plain('usr/a')]);
const FILE_AT = 512;

const patched = (code: FaultCode, title: string, field: Parameters<typeof patchHeader>[1], text: string) =>
  stream(code, title, async () =>
    Buffer.concat([patchHeader(await aFile(), field, text, FILE_AT), END_OF_ARCHIVE]),
  );

const extended = (code: FaultCode, title: string, typeflag: string, body: string) =>
  stream(code, title, async () =>
    Buffer.concat([
      await tarOf([directory('usr')]),
      await extensionEntry(typeflag, body),
      await tarOf([plain('usr/a')]),
      END_OF_ARCHIVE,
    ]),
  );

const record = (key: string, value: string): string => {
  const rest = ` ${key}=${value}\n`;
  const digits = String(rest.length + 2).length;
  return `${rest.length + digits}${rest}`;
};

const paths: readonly FaultyPackage[] = [
  entries('missing-directory', 'a file without its directory', [file('usr/a', 'a')]),
  entries('missing-directory', 'a file before its directory', [file('usr/a', 'a'), directory('usr')]),
  entries('missing-directory', 'a directory without its parent', [directory('usr/lib')]),
  entries('missing-link-target', 'a hard link to a symbolic link', [
    directory('usr'),
    symlink('usr/a', 'bin'),
    { name: 'usr/b', type: 'link', linkname: 'usr/a' },
  ]),
  entries('missing-link-target', 'a hard link to a file of another package', [
    directory('usr'),
    { name: 'usr/a', type: 'link', linkname: 'usr/bin/busybox' },
  ]),
  entries('missing-link-target', 'a hard link before its target', [
    directory('usr'),
    { name: 'usr/b', type: 'link', linkname: 'usr/a' },
    file('usr/a', 'a'),
  ]),
  entries('missing-link-target', 'a hard link to a file at the root', [
    file('a', 'a'),
    { name: 'b', type: 'link', linkname: 'a' },
  ]),
  ...[
    '/etc/passwd',
    '../a',
    'usr/../a',
    'usr/./a',
    'usr//a',
    'usr/..',
    'usr/a\nb',
    `usr/${'x'.repeat(256)}`,
  ].map((name) =>
    entries('unsafe-path', `the path ${JSON.stringify(name).slice(0, 40)}`, [
      directory('usr'),
      file(name, 'a'),
    ]),
  ),
  entries('unsafe-path', 'a file whose name ends with a slash', [directory('usr'), file('usr/a/', 'a')]),
  entries('unsafe-path', 'a path of more than 4,085 bytes', [file('usr/'.repeat(1100), 'a')]),
  entries('unsafe-path', 'a link to a path of more than 4,085 bytes', [symlink('a', '/usr'.repeat(1100))]),
  ...['./usr/a', '.hidden', '.PKGINFO'].map((name) =>
    entries('ignored-path', `the path ${name} in the data member`, [
      directory('./usr').name === name ? directory(name) : file(name, 'a'),
    ]),
  ),
  entries('ignored-path', 'a hidden directory at the root', [directory('.config')]),
  entries('duplicate-path', 'two files with one path', [
    directory('usr'),
    file('usr/a', 'a'),
    file('usr/a', 'b'),
  ]),
  entries('duplicate-path', 'a file over a directory', [directory('usr'), file('usr', 'a')]),
  entries('duplicate-path', 'a directory over a link', [symlink('lib', 'usr/lib'), directory('lib')]),
];

const tar: readonly FaultyPackage[] = [
  stream('corrupt-tar', 'a data member that is no tar', async () => Buffer.alloc(1024, 'x')),
  stream('corrupt-tar', 'a tar that ends in the middle of a file', async () =>
    (await aFile()).subarray(0, -512),
  ),
  stream('corrupt-tar', 'a tar that ends in the middle of a block', async () =>
    Buffer.concat([await aFile(), END_OF_ARCHIVE, Buffer.alloc(10)]),
  ),
  stream('corrupt-tar', 'a file after the end of the archive', async () =>
    Buffer.concat([await aFile(), END_OF_ARCHIVE, await tarOf([plain('usr/b')]), END_OF_ARCHIVE]),
  ),
  stream('corrupt-tar', 'a file after a block of zeros', async () =>
    Buffer.concat([await aFile(), Buffer.alloc(512), await tarOf([plain('usr/b')]), END_OF_ARCHIVE]),
  ),
  stream('corrupt-tar', 'a wrong header checksum', async () => {
    const bytes = await aFile();
    bytes.write('7', FILE_AT + 150);
    return Buffer.concat([bytes, END_OF_ARCHIVE]);
  }),
  patched('corrupt-tar', 'a header that is not ustar', 'magic', '\0\0\0\0\0\0\0\0'),
  patched('corrupt-tar', 'a file without a name', 'name', '\0'.repeat(100)),
  extended('corrupt-tar', 'a damaged pax record', 'x', '99 path=usr/b\n'),
  extended('corrupt-tar', 'a pax record without a key', 'x', '6 =ab\n'),
  extended('corrupt-tar', 'a pax record whose key begins with a blank', 'x', record(' path', 'usr/b')),
  extended('corrupt-tar', 'a pax record with a NUL in its key', 'x', record('comm\0ent', 'x')),
  extended('corrupt-tar', 'a pax record with a time that is none', 'x', record('mtime', 'yesterday')),
  extended('corrupt-tar', 'a pax record twice', 'x', record('path', 'usr/b') + record('path', 'usr/c')),
  stream('corrupt-tar', 'a pax header before no entry', async () =>
    Buffer.concat([await aFile(), await extensionEntry('x', record('path', 'usr/b')), END_OF_ARCHIVE]),
  ),
  patched('unsupported-tar', 'the old type of a file, NUL', 'typeflag', '\0'),
  patched('unsupported-tar', 'a sparse file', 'typeflag', 'S'),
  patched('unsupported-tar', 'an owner id in base 256', 'uid', '\x80\0\0\0\0\0\0\x01'),
  patched('unsupported-tar', 'a size with leading spaces', 'size', '          1\0'),
  patched('unsupported-tar', 'a mode of nothing but spaces', 'mode', ' '.repeat(8)),
  stream('unsupported-tar', 'a FIFO with the number of a device that no Linux has', async () => {
    const fifo = patchHeader(await tarOf([{ name: 'a', content: '', mode: 0o644 }]), 'typeflag', '6');
    return Buffer.concat([patchHeader(fifo, 'devmajor', '0010000\0'), END_OF_ARCHIVE]);
  }),
  patched('unsupported-tar', 'a directory with a body', 'typeflag', '5'),
  patched('unsupported-tar', 'a hard link without a target', 'typeflag', '1'),
  stream('unsupported-tar', 'a symbolic link without a target', async () =>
    Buffer.concat([
      patchHeader(await tarOf([{ name: 'a', content: '', mode: 0o777 }]), 'typeflag', '2'),
      END_OF_ARCHIVE,
    ]),
  ),
  patched('unsupported-tar', 'an unknown type', 'typeflag', 'Z'),
  stream('unsupported-tar', 'a GNU long name and a pax path', async () =>
    Buffer.concat([
      await extensionEntry('L', 'long\0'),
      await extensionEntry('x', record('path', 'b')),
      await tarOf([plain('a')]),
      END_OF_ARCHIVE,
    ]),
  ),
  stream('unsupported-tar', 'a GNU long name behind a pax header', async () =>
    Buffer.concat([
      await tarOf([directory('usr')]),
      await extensionEntry(
        'x',
        record('APK-TOOLS.checksum.SHA1', '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8'),
      ),
      await extensionEntry('L', 'usr/long\0'),
      await tarOf([plain('a')]),
      END_OF_ARCHIVE,
    ]),
  ),
  extended('unsupported-tar', 'a GNU long link', 'K', 'usr/long\0'),
  extended('unsupported-tar', 'a global pax header', 'g', record('comment', 'abc')),
  extended('unsupported-tar', 'a size in a pax header', 'x', record('size', '1')),
  extended('unsupported-tar', 'an owner id in a pax header', 'x', record('uid', '3000000')),
  extended('unsupported-tar', 'a sparse file in a pax header', 'x', record('GNU.sparse.major', '1')),
  extended('unsupported-tar', 'a file with a linkpath', 'x', record('linkpath', 'usr/b')),
  extended('unsupported-tar', 'an extended attribute without a name', 'x', record('SCHILY.xattr.', 'a')),
  extended('unsupported-tar', 'an extended attribute of no namespace', 'x', record('SCHILY.xattr.note', 'a')),
  extended(
    'unsupported-tar',
    'capabilities that are none',
    'x',
    record('SCHILY.xattr.security.capability', 'cap_net_raw'),
  ),
  stream('unsupported-tar', 'a symbolic link with setuid', async () =>
    Buffer.concat([await tarOf([{ ...symlink('a', 'b'), mode: 0o4777 }]), END_OF_ARCHIVE]),
  ),
  extended(
    'unsupported-tar',
    'a pax header of 33 records',
    'x',
    Array.from({ length: 33 }, (_, i) => record(`key${i}`, 'x')).join(''),
  ),
  extended(
    'unsupported-tar',
    'a pax header of more than 1 MiB',
    'x',
    record('comment', 'x'.repeat(1024 * 1024)),
  ),
];

/** Directories whose paths have 4 KB each, all different. */
async function manyLongPaths(): Promise<Buffer> {
  const segments = Array<string>(19).fill('x'.repeat(200));
  const parents = segments.map((_, i) => directory(segments.slice(0, i + 1).join('/')));
  const parts = [await tarOf(parents)];
  const parent = segments.join('/');
  const entry = await extensionEntry('L', `${parent}/${'0'.repeat(40)}\0`);
  const after = await tarOf([directory('usr')]);
  for (let i = 0; i < 17_500; i++) {
    const one = Buffer.from(entry);
    one.write(createHash('sha1').update(String(i)).digest('hex'), 512 + parent.length + 1, 'latin1');
    parts.push(one, after);
  }
  return Buffer.concat([...parts, END_OF_ARCHIVE]);
}

/** What is wrong in the data member, in the order in which apk meets it. */
export const faultyData: readonly FaultyPackage[] = [
  ...paths,
  ...tar,
  stream('too-many-files', 'paths of more than 64 MiB together', manyLongPaths),
  stream('data-too-large', 'a decompression bomb', async () =>
    Buffer.concat([await tarOf([file('zeros', Buffer.alloc(80 * 1024 * 1024))]), END_OF_ARCHIVE]),
  ),
];
