import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { buildPackage, dataMember, type PackageContents, type PackageSigner } from './build-package.ts';
import { rsaKey } from './once-a-run/rsa-key.ts';
import {
  directory,
  END_OF_ARCHIVE,
  extensionEntry,
  file,
  gzipMember,
  symlink,
  tarOf,
  withDirectories,
} from './tar-members.ts';

/** A package that the registry takes without a warning, so every supported client installs it. */
export interface GoodPackage {
  title: string;
  name: string;
  version: string;
  /** What is in the installed files, by path. */
  files: Record<string, string>;
  bytes(): Promise<Buffer>;
}

type Files = Record<string, string>;

const nameFor = (title: string) => `good-${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;

/** `contents` under a name of their own, with the files; `files` are in them already if `entries` are. */
function good(title: string, contents: PackageContents = {}, files: Files = {}): GoodPackage {
  const { name = nameFor(title), version = '1.0-r0', entries } = contents;
  const all = entries === undefined && contents.files === undefined ? textFor(name, files) : files;
  const whole = { ...contents, name, version, ...(entries === undefined && { files: all }) };
  return { title, name, version, files: all, bytes: () => buildPackage(whole) };
}

/** A package with this stream of tar in its data member. */
function packed(title: string, files: Files, makeData: () => Promise<Buffer>): GoodPackage {
  const name = nameFor(title);
  const bytes = async () => buildPackage({ name, data: await makeData(), fields: { size: '4096' } });
  return { title, name, version: '1.0-r0', files, bytes };
}

const textFor = (name: string, files: Files): Files => ({ [`usr/share/${name}/text`]: name, ...files });

const { privateKey } = rsaKey('builder');
const signer = (algorithm: PackageSigner['algorithm'], keyFileName = 'build@example.com-1.rsa.pub') => ({
  keyFileName,
  privateKey,
  algorithm,
});

const SCRIPTS = [
  'pre-install',
  'post-install',
  'pre-upgrade',
  'post-upgrade',
  'pre-deinstall',
  'post-deinstall',
];
const allScripts = Object.fromEntries(SCRIPTS.map((name) => [`.${name}`, `#!/bin/sh\necho ${name}\n`]));

const names = ['a', 'libstdc++', 'py3.12-Foo_bar', '7zip', '.'.padStart(128, 'x')].map((name) =>
  good(`the name ${name.slice(0, 20)}`, { name }),
);

const versions = [
  '0',
  '1',
  '20240101',
  '1.2.3.4.5.6',
  '1.0a-r1',
  '1.2.3_alpha1_git20240101-r10',
  '1.0_p1-r0',
  '1.0_rc2_git20240101-r3',
].map((version) => good(`the version ${version}`, { version }));

const fields = [
  good('no optional field', {
    fields: {
      pkgdesc: undefined,
      url: undefined,
      packager: undefined,
      builddate: undefined,
      origin: undefined,
      license: undefined,
    },
  }),
  good('every field', {
    scripts: { '.trigger': '#!/bin/sh\n' },
    fields: {
      commit: 'a'.repeat(40),
      maintainer: 'Jö Døe <jo@example.com>',
      provides: ['so:libgood.so.1=1.2.3', 'cmd:good=1.0-r0', 'virtual-good', '/bin/good', 'py3.12:good=1.0'],
      replaces: ['other<2'],
      replaces_priority: '5',
      provider_priority: '10',
      depend: ['so:libgood.so.1', 'virtual-good', '!never-there', '/bin/good'],
      install_if: 'never-there good-every-field=1.0-r0',
      triggers: '/usr/share/good/*',
    },
  }),
  good('texts of almost 1,900 bytes', { fields: { pkgdesc: 'ö'.repeat(850) } }),
  good('a description in UTF-8 with equals signs', { fields: { pkgdesc: 'ö = ü == 包 "quoted" \\n C:P:' } }),
  good('a thousand provides', {
    fields: { provides: Array.from({ length: 1000 }, (_, i) => `cmd:g${i}=1`) },
  }),
  good('dependencies of 255 bytes', {
    fields: { provides: 'a'.repeat(255), depend: ['a', 'b'].map((letter) => `!${letter.repeat(254)}`) },
  }),
  good('dependencies of 120,000 bytes', {
    fields: { depend: Array.from({ length: 480 }, (_, i) => `!${String(i).padEnd(248, 'x')}`) },
  }),
  good('replaces of 1,000 bytes', {
    fields: { replaces: Array.from({ length: 100 }, (_, i) => `r${i}`.padEnd(9, 'x')) },
  }),
  good('comments and unknown fields', {
    editInfo: (text) => `# a = b\n${text}xdata = pkgtype=split\nunknown = value\n\n#end`,
  }),
];

const pax = (key: string, value: string) => {
  const rest = ` ${key}=${value}\n`;
  const digits = String(rest.length + 2).length;
  return `${rest.length + digits}${rest}`;
};

/** A package whose one file has an extended attribute. */
function withAttribute(title: string, attribute: string, value: string): GoodPackage {
  const folder = `opt/${title.replaceAll(' ', '-')}`;
  return packed(title, { [`${folder}/a`]: 'a' }, async () => {
    const sha1 = createHash('sha1').update('a').digest('hex');
    const header = pax('APK-TOOLS.checksum.SHA1', sha1) + pax(`SCHILY.xattr.${attribute}`, value);
    return gzipMember(
      await tarOf([directory('opt'), directory(folder)]),
      await extensionEntry('x', header),
      await tarOf([{ name: `${folder}/a`, content: 'a', mode: 0o644 }]),
      END_OF_ARCHIVE,
    );
  });
}

const LONG = `usr/share/good-long/${'a'.repeat(90)}/${'b'.repeat(90)}/${'c'.repeat(255)}`;

const data = [
  good('no files at all', { files: {}, fields: { size: '0' } }),
  good('directories only', {
    entries: [directory('opt'), directory('opt/good')],
    fields: { size: '4096' },
  }),
  good('a script only', { files: {}, scripts: { '.post-install': '#!/bin/sh\n' }, fields: { size: '1' } }),
  good('every script', { scripts: allScripts }),
  good('an empty file', {}, { 'usr/share/good-empty/empty': '', 'usr/share/good-empty/not': 'x' }),
  good('a file at the root', {}, { 'good-at-the-root': 'here' }),
  good('a path of 460 bytes', {}, { [LONG]: 'long' }),
  good(
    'a path of 130 bytes in the prefix',
    {},
    { [`usr/share/good-prefix/${'d'.repeat(60)}/${'e'.repeat(60)}`]: 'e' },
  ),
  good('a path in UTF-8', {}, { 'usr/share/good-utf8/größe 包 = a': 'ü' }),
  good('a file of 1 MiB and one byte', {}, { 'usr/share/good-large/zeros': '\0'.repeat(1024 * 1024 + 1) }),
  good(
    'links',
    {
      entries: [
        directory('opt'),
        directory('opt/links'),
        file('opt/links/target', 'linked'),
        symlink('opt/links/soft', 'target'),
        symlink('opt/links/dangling', '/nowhere'),
        { name: 'opt/links/hard', type: 'link', linkname: 'opt/links/target' },
      ],
      fields: { size: '10' },
    },
    { 'opt/links/target': 'linked', 'opt/links/soft': 'linked', 'opt/links/hard': 'linked' },
  ),
  good(
    'unusual modes and owners',
    {
      entries: [
        directory('opt'),
        { ...directory('opt/modes'), mode: 0o1777 },
        file('opt/modes/setuid', 's', { mode: 0o4755 }),
        file('opt/modes/foreign', 'f', { uid: 1234, gid: 4321, uname: 'nobody-here', gname: 'none' }),
        file('opt/modes/old', 'o', { mtime: new Date('1970-01-02') }),
        { name: 'opt/modes/fifo', type: 'fifo', mode: 0o644 },
      ],
      fields: { size: '3' },
    },
    { 'opt/modes/setuid': 's', 'opt/modes/foreign': 'f', 'opt/modes/old': 'o' },
  ),
  good(
    'slashes after directories and one for the root',
    {
      entries: [directory('./'), directory('opt/'), directory('opt/slash/'), file('opt/slash/a', 'a')],
      fields: { size: '1' },
    },
    { 'opt/slash/a': 'a' },
  ),
  good(
    'a directory twice',
    {
      entries: [directory('opt'), directory('opt/twice'), directory('opt'), file('opt/twice/a', 'a')],
      fields: { size: '1' },
    },
    { 'opt/twice/a': 'a' },
  ),
  withAttribute('an extended attribute', 'user.note', 'hello'),
  // CAP_NET_BIND_SERVICE, permitted and effective. Source: Linux, include/uapi/linux/capability.h, vfs_cap_data.
  withAttribute('capabilities', 'security.capability', `\x01\0\0\x02\0\x04${'\0'.repeat(14)}`),
  packed('a name as GNU writes it', { [`opt/${LONG}`]: 'gnu' }, async () => {
    const directories = withDirectories([file(`opt/${LONG}`, 'gnu')]).slice(0, -1);
    const sha1 = createHash('sha1').update('gnu').digest('hex');
    return gzipMember(
      await tarOf(directories),
      await extensionEntry('L', `opt/${LONG}\0`),
      await extensionEntry('x', pax('APK-TOOLS.checksum.SHA1', sha1)),
      await tarOf([{ name: 'opt/short', content: 'gnu', mode: 0o644 }]),
      END_OF_ARCHIVE,
    );
  }),
  packed('ten blocks of zeros at the end', { 'opt/zeros': 'a' }, async () =>
    gzipMember(await tarOf([directory('opt'), file('opt/zeros', 'a')]), Buffer.alloc(10 * 512)),
  ),
  packed('no end-of-archive blocks', { 'opt/cut': 'cut' }, async () =>
    gzipMember(await tarOf([directory('opt'), file('opt/cut', 'cut')])),
  ),
  packed('data that is not compressed', { 'opt/stored': 'stored' }, async () => {
    const tar = await tarOf([directory('opt'), file('opt/stored', 'stored')]);
    return gzipSync(Buffer.concat([tar, END_OF_ARCHIVE]), { level: 0 });
  }),
  packed('a file name in the gzip header', { 'opt/named': 'named' }, async () =>
    named(await dataMember([directory('opt'), file('opt/named', 'named')])),
  ),
];

/** A gzip member with the name of a file in its header. Source: RFC 1952, "FNAME". */
function named(member: Buffer): Buffer {
  const header = Buffer.from(member.subarray(0, 10));
  header[3] = 8;
  return Buffer.concat([header, Buffer.from('data.tar\0'), member.subarray(10)]);
}

const packing = [
  good('no signature', {}),
  ...(['RSA', 'RSA256', 'RSA512'] as const).map((algorithm) =>
    good(`a signature ${algorithm} of an unknown key`, { signers: [signer(algorithm)] }),
  ),
  good('two signatures', { signers: [signer('RSA256'), signer('RSA256', 'another.rsa.pub')] }),
  good('no architecture of its own', { arch: 'noarch' }),
];

export const GOOD_PACKAGES: readonly GoodPackage[] = [...names, ...versions, ...fields, ...data, ...packing];
