import { createSign } from 'node:crypto';
import { ApkFormatError } from '#apk/apk-format-error.ts';
import { readIndexSignatures } from '#apk/index-signatures.ts';
import { encodeIndex } from '#apk/package-index.ts';
import { fingerprintOf, isSignatureOf, keyKindOf } from '#apk/public-key.ts';
import { signatureMember } from '#apk/signature.ts';
import { type RsaKey, rsaKey } from '#test/support/once-a-run/rsa-key.ts';

const pemOf = ({ publicKey }: RsaKey) => publicKey.export({ type: 'spki', format: 'pem' }).toString();
const [key, other] = [rsaKey('ann'), rsaKey('bob', 3072)];

test('what an index was signed with is read back, and is over the rest of the file', async () => {
  const body = await encodeIndex([], 'main');
  const signature = createSign('sha256').update(body).sign(key.privateKey);
  const member = await signatureMember([{ keyFileName: 'a.rsa.pub', signature }]);
  const { signatures, signed } = await readIndexSignatures(Buffer.concat([member, body]));
  expect([...signatures.keys()]).toEqual(['.SIGN.RSA256.a.rsa.pub']);
  expect(Buffer.from(signed)).toEqual(Buffer.from(body));
  expect(isSignatureOf(pemOf(key), 'RSA256', signatures.get('.SIGN.RSA256.a.rsa.pub') ?? body, signed)).toBe(
    true,
  );
});

test.each([
  ['RSA', 'sha1'],
  ['RSA256', 'sha256'],
  ['RSA512', 'sha512'],
] as const)('a signature %s is over %s, by that key, of those bytes', (algorithm, digest) => {
  const signed = Buffer.from('an index');
  const signature = createSign(digest).update(signed).sign(key.privateKey);
  expect(isSignatureOf(pemOf(key), algorithm, signature, signed)).toBe(true);
  expect(isSignatureOf(pemOf(other), algorithm, signature, signed)).toBe(false);
  expect(isSignatureOf(pemOf(key), algorithm, signature, Buffer.from('an Index'))).toBe(false);
  expect(isSignatureOf(pemOf(key), algorithm, Buffer.from('no signature'), signed)).toBe(false);
});

test('what is no index is told so', async () => {
  await expect(readIndexSignatures(Buffer.from('<html>'))).rejects.toThrow(ApkFormatError);
});

test('a key is described by its fingerprint, whatever the line ends of its PEM, and its bits', () => {
  expect(fingerprintOf(pemOf(key))).toMatch(/^[0-9a-f]{64}$/);
  expect(fingerprintOf(pemOf(key).replaceAll('\n', '\r\n'))).toBe(fingerprintOf(pemOf(key)));
  expect(fingerprintOf(pemOf(other))).not.toBe(fingerprintOf(pemOf(key)));
  expect([keyKindOf(pemOf(key)), keyKindOf(pemOf(other))]).toEqual(['RSA-2048', 'RSA-3072']);
});
