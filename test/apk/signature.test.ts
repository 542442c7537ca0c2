import { createSign, createVerify } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { encodeIndex } from '#apk/package-index.ts';
import { keyFileName, parseSignatureName, signatureMember } from '#apk/signature.ts';
import { readTarFiles } from '#apk/tar.ts';
import { chunksOf } from '#test/support/chunks.ts';
import { rsaKey } from '#test/support/once-a-run/rsa-key.ts';

const keys = ['ann', 'bob', 'eve'].map((name) => rsaKey(name));
const pem = (i: number) => keys[i]?.publicKey.export({ type: 'spki', format: 'pem' }).toString() ?? '';

test.each([0, 1, 2, 3])(
  '%i signatures stand before an index, cut, and each verifies over it',
  async (count) => {
    const index = await encodeIndex([], 'main');
    const signatures = keys.slice(0, count).map(({ privateKey }, i) => ({
      keyFileName: keyFileName('acme', pem(i)),
      signature: createSign('sha256').update(index).sign(privateKey),
    }));
    const tar = gunzipSync(await signatureMember(signatures));
    const { files, endOfArchive } = await readTarFiles(chunksOf(tar));
    expect(endOfArchive).toBe(false);
    expect(files.map(({ name }) => name)).toEqual(signatures.map((one) => `.SIGN.RSA256.${one.keyFileName}`));
    for (const [i, { body }] of files.entries()) {
      expect(createVerify('sha256').update(index).verify(pem(i), body)).toBe(true);
    }
  },
);

test('the same signatures give the same bytes', async () => {
  const signatures = [{ keyFileName: 'a.rsa.pub', signature: Buffer.alloc(256, 7) }];
  expect(await signatureMember(signatures)).toEqual(await signatureMember(signatures));
});

test('a key is called after its owner and its content, whatever PEM it came in', () => {
  expect(keyFileName('acme', pem(0))).toMatch(/^acme-[0-9a-f]{8}\.rsa\.pub$/);
  expect(keyFileName('acme', pem(0))).not.toBe(keyFileName('acme', pem(1)));
  expect(keyFileName('acme', pem(0).replaceAll('\n', '\r\n'))).toBe(keyFileName('acme', pem(0)));
});

test.each([
  [
    '.SIGN.RSA.alpine-devel@lists.alpinelinux.org-616ae350.rsa.pub',
    'RSA',
    'alpine-devel@lists.alpinelinux.org-616ae350.rsa.pub',
  ],
  ['.SIGN.RSA256.a.rsa.pub', 'RSA256', 'a.rsa.pub'],
  ['.SIGN.RSA512.a', 'RSA512', 'a'],
  ['.SIGN.DSA.a.dsa.pub', 'DSA', 'a.dsa.pub'],
])('%s is a signature of kind %s by %s', (name, algorithm, key) => {
  expect(parseSignatureName(name)).toEqual({ algorithm, keyFileName: key });
});

test.each(['.SIGN.RSA1024.a', '.SIGN.RSA.', '.SIGN.RSA256', '.SIGN.RSA256.a/b', '.PKGINFO', 'x.SIGN.RSA.a'])(
  '%s is passed over',
  (name) => expect(parseSignatureName(name)).toBeUndefined(),
);
