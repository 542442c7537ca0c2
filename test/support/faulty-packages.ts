import { createHash } from 'node:crypto';
import type { FaultCode, WarningCode } from '#apk/faults.ts';
import {
  buildMembers,
  buildPackage,
  controlMember,
  dataMember,
  type PackageContents,
} from './build-package.ts';
import { faultyData } from './faulty-data.ts';
import { directory, END_OF_ARCHIVE, file, gzipMember, tarOf } from './tar-members.ts';

/** A package with one fault, and what the registry says of it. */
export interface FaultyPackage {
  title: string;
  code: FaultCode;
  bytes(): Promise<Buffer>;
}

/** A package that the registry takes, but not every client. */
export interface DubiousPackage {
  title: string;
  code: WarningCode;
  bytes(): Promise<Buffer>;
}

const fault = (code: FaultCode, title: string, bytes: () => Promise<Buffer>): FaultyPackage => ({
  title,
  code,
  bytes,
});

/** A package that is right but for what `contents` say. */
const built = (code: FaultCode, title: string, contents: PackageContents): FaultyPackage =>
  fault(code, title, () => buildPackage(contents));

/** A line of `.PKGINFO` that is wrong. */
const field = (code: FaultCode, key: string, value: string | readonly string[] | undefined, title?: string) =>
  built(code, title ?? `${key} = ${String(value).slice(0, 40)}`, { fields: { [key]: value } });

const wholeFile: readonly FaultyPackage[] = [
  fault('empty-file', 'an empty file', async () => Buffer.alloc(0)),
  fault('not-gzip', 'a text', async () => Buffer.from('<html>not a package</html>')),
  fault('not-gzip', 'a single byte', async () => Buffer.from([0x1f])),
  fault('android-package', "Android's .apk", async () => Buffer.from('PK\x03\x04 and so on', 'latin1')),
  fault('v3-package', 'a version 3 package', async () => Buffer.from('ADBd and so on')),
  fault('truncated', 'a file without its last byte', async () => (await buildPackage()).subarray(0, -1)),
  fault('truncated', 'half a control member', async () => (await buildPackage()).subarray(0, 100)),
  fault('corrupt-gzip', 'a wrong CRC of the data', async () => {
    const { control, data } = await buildMembers();
    data.writeUInt32LE(0, data.length - 8);
    return Buffer.concat([control, data]);
  }),
  fault('corrupt-gzip', 'a wrong header checksum', async () => {
    const { control, data } = await buildMembers();
    const header = Buffer.from([...control.subarray(0, 10), 0, 0]);
    header[3] = 2;
    return Buffer.concat([header, control.subarray(10), data]);
  }),
  fault('trailing-bytes', 'a line after the package', async () =>
    Buffer.concat([await buildPackage(), Buffer.from('and more\n')]),
  ),
  fault('too-many-members', 'nine signature members', async () => {
    const signature = gzipMember(await tarOf([{ name: '.SIGN.RSA256.a.rsa.pub', content: 'x' }]));
    return Buffer.concat([...Array<Buffer>(9).fill(signature), await buildPackage()]);
  }),
  fault('control-missing', 'a signature whose name has a slash', async () =>
    Buffer.concat([
      gzipMember(await tarOf([{ name: '.SIGN.RSA256./a.rsa.pub', content: 'x' }])),
      await buildPackage(),
    ]),
  ),
];

/** A package with this control member before a data member with a file. */
async function withControl(makeControl: (right: Buffer, info: string) => Promise<Buffer>): Promise<Buffer> {
  let info = '';
  const { control, data } = await buildMembers({
    editInfo: (text) => {
      info = text;
      return text;
    },
  });
  return Buffer.concat([await makeControl(control, info), data]);
}

const packedControl = (names: readonly string[], end = Buffer.alloc(0)) =>
  withControl(async (_, info) =>
    gzipMember(
      await tarOf(names.map((name) => ({ name, content: name === '.PKGINFO' ? info : '#!/bin/sh\n' }))),
      end,
    ),
  );

const control: readonly FaultyPackage[] = [
  fault('control-missing', 'a data member alone', () => dataMember([directory('usr'), file('usr/a', 'a')])),
  fault('control-missing', 'a signature member alone', async () =>
    gzipMember(await tarOf([{ name: '.SIGN.RSA256.a.rsa.pub', content: 'x' }])),
  ),
  fault('control-missing', 'scripts without .PKGINFO', () => packedControl(['.post-install'])),
  fault('control-not-cut', 'end-of-archive blocks in the control member', () =>
    packedControl(['.PKGINFO'], END_OF_ARCHIVE),
  ),
  fault('control-not-cut', 'end-of-archive blocks in the signature member', async () =>
    Buffer.concat([
      await dataMember([{ name: '.SIGN.RSA256.a.rsa.pub', content: 'x' }]),
      await buildPackage(),
    ]),
  ),
  fault('control-unexpected', 'a file to install in the control member', () =>
    packedControl(['.PKGINFO', 'usr/bin/tool']),
  ),
  fault('control-unexpected', 'a README in the control member', () => packedControl(['README', '.PKGINFO'])),
  fault('control-unexpected', 'a directory in the control member', () =>
    withControl(async (_, info) =>
      gzipMember(await tarOf([directory('.'), { name: '.PKGINFO', content: info }])),
    ),
  ),
  fault('control-unexpected', 'the deprecated .INSTALL', () => packedControl(['.PKGINFO', '.INSTALL'])),
  fault('control-unexpected', 'the directory above in the control member', () =>
    packedControl(['.PKGINFO', '..']),
  ),
  fault('control-unexpected', 'two .PKGINFO files', () => packedControl(['.PKGINFO', '.PKGINFO'])),
  fault('control-unexpected', 'a .PKGINFO in the signature member', async () =>
    Buffer.concat([
      gzipMember(await tarOf(['.SIGN.RSA256.a.rsa.pub', '.PKGINFO'].map((name) => ({ name, content: 'x' })))),
      await buildPackage(),
    ]),
  ),
  fault('script-too-large', 'a script of 256 KiB and one byte', () =>
    withControl((_, info) => controlMember(info, { '.post-install': '#'.repeat(256 * 1024 + 1) })),
  ),
  fault('control-too-large', 'a control member that inflates to more than 8 MiB', () =>
    withControl((_, info) => controlMember(info, { '.post-install': '#'.repeat(8 * 1024 * 1024) })),
  ),
  fault('data-missing', 'no data member', async () => (await buildMembers()).control),
];

const sizeless = { entries: [directory('usr'), directory('usr/share')] };

const info: readonly FaultyPackage[] = [
  field('datahash-missing', 'datahash', undefined, 'no datahash'),
  field('datahash-wrong', 'datahash', createHash('sha256').update('another').digest('hex')),
  field('size-missing', 'size', '0'),
  field('size-missing', 'size', undefined, 'no size'),
  built('size-missing', 'size 0 with directories only', { ...sizeless, fields: { size: '0' } }),
  built('size-missing', 'size 0 with a script only', {
    files: {},
    scripts: { '.post-install': '#!/bin/sh\n' },
    fields: { size: '0' },
  }),
  field('field-missing', 'pkgname', undefined, 'no pkgname'),
  field('field-missing', 'pkgver', undefined, 'no pkgver'),
  field('field-missing', 'arch', '', 'an empty arch'),
  field('field-repeated', 'pkgver', ['1.0-r0', '1.1-r0'], 'two pkgver'),
  field('field-repeated', 'datahash', ['0'.repeat(64), '1'.repeat(64)], 'two datahash'),
  field('field-invalid', 'size', '-1'),
  field('field-invalid', 'builddate', 'yesterday'),
  field('field-invalid', 'provider_priority', '-5'),
  field('field-invalid', 'datahash', 'abc', 'a short datahash'),
  field('field-invalid', 'pkgdesc', 'forged\rP:another', 'a carriage return in a value'),
  field('field-invalid', 'license', 'MIT\0', 'a NUL in a value'),
  built('field-invalid', 'a .PKGINFO that is not UTF-8', {
    editInfo: (text) => Buffer.from(text.replace('MIT', 'M\xefT'), 'latin1'),
  }),
  field('value-too-long', 'pkgdesc', 'x'.repeat(4097), 'a pkgdesc of 4,097 characters'),
  built('value-too-long', 'a comment of more than 64 KiB', {
    editInfo: (text) => `#${'x'.repeat(64 * 1024)}\n${text}`,
  }),
  field(
    'too-many-dependencies',
    'depend',
    Array.from({ length: 2001 }, (_, i) => `so:lib${i}.so.1`),
    '2,001 dependencies',
  ),
  field(
    'metadata-too-large',
    'depend',
    Array.from({ length: 90 }, () => 'x'.repeat(4000)),
    'dependencies of 360,000 bytes',
  ),
  built('metadata-too-large', 'a .PKGINFO of more than 1 MiB', {
    editInfo: (text) => text + '\n'.repeat(1024 * 1024),
  }),
  ...['-foo', 'foo bar', 'foo/bar', '../foo', 'föö', 'foo.apk-tools', 'x'.repeat(129)].map((name) =>
    field('bad-name', 'pkgname', name),
  ),
  ...['1.2.3-beta.2', 'v1.0', '1.0-r', '1.0_foo', '1.0-1', '123456789012345678', '1..2', '1.0 '].map(
    (version) => field('bad-version', 'pkgver', version),
  ),
  ...['x86-64', 'all', '../x86', 'x86_64 '].map((arch) => field('bad-arch', 'arch', arch)),
  ...['foo@edge', 'foo>=1.0-beta', 'foo>=', '!', 'fo(o', 'foo\u00a0bar', 'foo=1.0=2.0', ' foo'].map(
    (depend) => field('bad-dependency', 'depend', depend),
  ),
  ...['foo=9.9', 'foo=1.0-r0', 'foo'].map((provided) => field('provides-itself', 'provides', provided)),
  ...['cmd:a=1 cmd:a=1', 'cmd:a=1 cmd:a', 'cmd:a cmd:a=2'].map((provided) =>
    field('conflicts-with-itself', 'provides', provided),
  ),
  field('conflicts-with-itself', 'depend', 'foo>1.0-r0'),
  field('bad-dependency', 'provides', 'so:libx.so.1=v1'),
  field('bad-dependency', 'install_if', 'bash foo=x'),
];

/** Every way in which a package can be refused, one row at least for each code. */
export const FAULTY_PACKAGES: readonly FaultyPackage[] = [...wholeFile, ...control, ...info, ...faultyData];

/** One package for each warning. */
export const DUBIOUS_PACKAGES: readonly DubiousPackage[] = [
  {
    title: 'a file without a checksum',
    code: 'checksum-missing',
    bytes: () => buildPackage({ entries: [directory('usr'), file('usr/a', 'a', { pax: null })] }),
  },
  {
    title: 'a file whose checksum is no SHA-1',
    code: 'checksum-missing',
    bytes: () =>
      buildPackage({
        entries: [directory('usr'), file('usr/a', 'a', { pax: { 'APK-TOOLS.checksum.SHA1': 'abc' } })],
      }),
  },
  {
    title: "a file with another's checksum",
    code: 'checksum-wrong',
    bytes: () => buildPackage({ entries: [directory('usr'), { ...file('usr/a', 'a'), content: 'b' }] }),
  },
  {
    title: 'a dependency on a version with a hash',
    code: 'hash-in-dependency',
    bytes: () => buildPackage({ fields: { provides: 'cmd:foo=1.0~abc123-r0' } }),
  },
  {
    title: 'a version with a hash',
    code: 'hash-in-version',
    bytes: () => buildPackage({ version: '1.0~abc123-r0' }),
  },
  {
    title: 'a conflict with what it provides',
    code: 'excludes-itself',
    bytes: () => buildPackage({ fields: { provides: 'mta', depend: '!mta' } }),
  },
  {
    title: "Debian's name of an architecture",
    code: 'unknown-arch',
    bytes: () => buildPackage({ arch: 'amd64' }),
  },
  {
    title: 'two data members',
    code: 'several-data-members',
    bytes: async () =>
      buildPackage({
        data: Buffer.concat([
          gzipMember(await tarOf([directory('usr')])),
          await dataMember([file('usr/a', 'a')]),
        ]),
        fields: { size: '1' },
      }),
  },
];
