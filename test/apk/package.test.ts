import { createHash, createVerify } from 'node:crypto';
import { createGunzip, gunzipSync } from 'node:zlib';
import { readPackage } from '#apk/package.ts';
import { buildMembers, buildPackage, identityOf, signatureMember } from '#test/support/build-package.ts';
import { chunksOf } from '#test/support/chunks.ts';
import { rsaKey } from '#test/support/once-a-run/rsa-key.ts';
import {
  directory,
  END_OF_ARCHIVE,
  file,
  gzipMember,
  patchHeader,
  symlink,
  tarOf,
} from '#test/support/tar-members.ts';

const { privateKey, publicKey } = rsaKey('builder');

const read = async (bytes: Uint8Array) => readPackage(chunksOf(bytes));

test('a report says what an index must say of a package', async () => {
  const fields = {
    depend: ['so:libc.musl-x86_64.so.1 !foo-legacy', 'bar>=1.2'],
    provides: ['cmd:foo=1.0-r0', 'so:libfoo.so.1=1.0'],
    install_if: 'bash foo-doc=1.0-r0',
    replaces: 'foo-old',
    replaces_priority: '3',
    provider_priority: '10',
    triggers: '/usr/share/foo/*',
    maintainer: 'Ann Ö. <ann@example.com>',
    commit: 'abc123',
    packager: 'nobody reads this',
  };
  const { control, data } = await buildMembers({ name: 'libstdc++', version: '1.0_p1-r0', fields });
  const bytes = Buffer.concat([control, data]);
  expect(await read(bytes)).toEqual({
    info: {
      name: 'libstdc++',
      version: '1.0_p1-r0',
      arch: 'x86_64',
      description: 'What libstdc++ is for',
      url: 'https://example.com/libstdc%2B%2B',
      license: 'MIT',
      installedSize: 27,
      origin: 'libstdc++',
      maintainer: 'Ann Ö. <ann@example.com>',
      buildTime: 1700000000,
      commit: 'abc123',
      providerPriority: 10,
      replacesPriority: 3,
      depends: ['so:libc.musl-x86_64.so.1', '!foo-legacy', 'bar>=1.2'],
      provides: ['cmd:foo=1.0-r0', 'so:libfoo.so.1=1.0'],
      installIf: ['bash', 'foo-doc=1.0-r0'],
      replaces: ['foo-old'],
      triggers: ['/usr/share/foo/*'],
    },
    checksum: identityOf(control),
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    signatures: [],
    control: expect.any(Uint8Array),
    warnings: [],
  });
});

test("a package's identity is the same with and without signatures", async () => {
  const signers = [{ keyFileName: 'a.rsa.pub', privateKey }];
  const [unsigned, signed] = [await read(await buildPackage()), await read(await buildPackage({ signers }))];
  expect(signed.checksum).toBe(unsigned.checksum);
  expect(signed.sha256).not.toBe(unsigned.sha256);
});

test('the signatures of a package are named, and verify over its control member', async () => {
  const signers = (['RSA', 'RSA256', 'RSA512'] as const).map((algorithm) => ({
    algorithm,
    keyFileName: `ann@example.com-${algorithm}.rsa.pub`,
    privateKey,
  }));
  const { signature, control, data } = await buildMembers({ signers });
  const report = await read(Buffer.concat([signature, control, data]));
  expect(report.signatures).toEqual(
    signers.map(({ algorithm, keyFileName }) => ({
      algorithm,
      keyFileName,
      signature: expect.any(Uint8Array),
    })),
  );
  expect(report.control).toEqual(control);
  const bodyOfFirst = gunzipSync(signature).subarray(512, 512 + 256);
  expect(createVerify('sha1').update(control).verify(publicKey, bodyOfFirst)).toBe(true);
});

test('a signature of a kind that apk does not know is passed over', async () => {
  const signature = gzipMember(await tarOf([{ name: '.SIGN.ED25519.a', content: 'x' }]));
  expect((await read(Buffer.concat([signature, await buildPackage()]))).signatures).toEqual([]);
});

test('up to eight signature members are read', async () => {
  const { control, data } = await buildMembers();
  const signature = await signatureMember(control, [{ keyFileName: 'a.rsa.pub', privateKey }]);
  const bytes = Buffer.concat([...Array<Buffer>(8).fill(signature), control, data]);
  expect((await read(bytes)).signatures).toHaveLength(8);
});

describe('what both clients install is accepted without a warning', () => {
  const usr = directory('usr');
  const a = file('usr/a', 'a');
  const inData = (parts: readonly Uint8Array[]) =>
    buildPackage({ data: gzipMember(...parts), fields: { size: '1' } });
  test.each<{ title: string; bytes: () => Promise<Buffer> }>([
    { title: 'no files at all', bytes: () => buildPackage({ files: {}, fields: { size: '0' } }) },
    { title: 'an empty data member', bytes: () => inData([]) },
    { title: 'no end-of-archive blocks', bytes: async () => inData([await tarOf([usr, a])]) },
    { title: 'one block of zeros', bytes: async () => inData([await tarOf([usr, a]), Buffer.alloc(512)]) },
    {
      title: 'many blocks of zeros',
      bytes: async () => inData([await tarOf([usr, a]), Buffer.alloc(10_240)]),
    },
    {
      title: 'directories with a trailing slash',
      bytes: () => buildPackage({ entries: [directory('usr/'), a] }),
    },
    { title: 'a directory twice', bytes: () => buildPackage({ entries: [usr, usr, a] }) },
    { title: 'the root as `./`', bytes: () => buildPackage({ entries: [directory('./'), usr, a] }) },
    { title: 'a file at the root', bytes: () => buildPackage({ entries: [file('a', 'a')] }) },
    { title: 'an empty file', bytes: () => buildPackage({ entries: [usr, file('usr/a', '')] }) },
    {
      title: 'a symbolic link',
      bytes: () => buildPackage({ entries: [usr, symlink('usr/s', '/etc/motd')] }),
    },
    {
      title: 'a hard link',
      bytes: () => buildPackage({ entries: [usr, a, { name: 'usr/b', type: 'link', linkname: 'usr/a' }] }),
    },
    { title: 'a FIFO', bytes: () => buildPackage({ entries: [usr, { name: 'usr/f', type: 'fifo' }] }) },
    {
      title: 'a name of 255 bytes',
      bytes: () => buildPackage({ entries: [usr, file(`usr/${'n'.repeat(255)}`, 'a')] }),
    },
    { title: 'scripts', bytes: () => buildPackage({ scripts: { '.post-install': '#!/bin/sh\n' } }) },
    {
      title: 'no license, no description',
      bytes: () => buildPackage({ fields: { license: undefined, pkgdesc: '' } }),
    },
    { title: 'an empty depend', bytes: () => buildPackage({ fields: { depend: '' } }) },
    {
      title: 'a .PKGINFO without a last newline',
      bytes: () => buildPackage({ editInfo: (text) => text.slice(0, -1) }),
    },
    {
      title: 'keys that apk does not know',
      bytes: () => buildPackage({ fields: { xkey: 'x', nonsense: '\t' } }),
    },
  ])('$title', async ({ bytes }) => {
    expect((await read(await bytes())).warnings).toEqual([]);
  });
});

test('the members of a package are one tar stream, as apk reads it', async () => {
  const gunzip = createGunzip();
  gunzip.end(await buildPackage({ signers: [{ keyFileName: 'a.rsa.pub', privateKey }] }));
  let length = 0;
  for await (const bytes of gunzip) length += (bytes as Buffer).length;
  expect(length % 512).toBe(0);
  expect(length).toBeGreaterThan(END_OF_ARCHIVE.length);
});

test('a name in Latin-1 is not the same name in UTF-8', async () => {
  const latin1 = patchHeader(await tarOf([file('opt/size', 'a', { pax: null })]), 'name', 'opt/gr\xf6\xdfe');
  const inUtf8 = await tarOf([file('opt/größe', 'a', { pax: null })]);
  const codeOf = (...tars: Buffer[]) =>
    buildPackage({ data: gzipMember(...tars, END_OF_ARCHIVE), fields: { size: '1' } })
      .then(read)
      .then(({ warnings }) => warnings.map(({ code }) => code))
      .catch(({ code }) => code);
  const opt = await tarOf([directory('opt')]);
  expect(await codeOf(opt, latin1, inUtf8)).toEqual(['checksum-missing']);
  expect(await codeOf(opt, latin1, latin1)).toBe('duplicate-path');
});
