import { inOneChunk } from '#apk/byte-source.ts';
import { readPackage } from '#apk/package.ts';
import { findSigner } from '#apk/package-signer.ts';
import { fingerprintOf } from '#apk/public-key.ts';
import { buildMembers, buildPackage, type PackageContents } from '#test/support/build-package.ts';
import { type RsaKey, rsaKey } from '#test/support/once-a-run/rsa-key.ts';

const pemOf = ({ publicKey }: RsaKey) => publicKey.export({ type: 'spki', format: 'pem' }).toString();
const [ann, bob] = [rsaKey('ann'), rsaKey('bob')];
const [annKey, bobKey] = [pemOf(ann), pemOf(bob)];

const read = (bytes: Uint8Array) => readPackage(inOneChunk(bytes));
const signedBy = async (signers: NonNullable<PackageContents['signers']>) =>
  read(await buildPackage({ signers }));

test.each(['RSA', 'RSA256', 'RSA512'] as const)(
  'a signature %s is told by the key that made it',
  async (algorithm) => {
    const report = await signedBy([
      { algorithm, keyFileName: 'whatever.rsa.pub', privateKey: ann.privateKey },
    ]);
    expect(findSigner(report, [bobKey, annKey])).toBe(annKey);
    expect(findSigner(report, [bobKey])).toBeUndefined();
  },
);

test('one of several signatures is enough, and no signature is none', async () => {
  const signers = [ann, bob].map(({ privateKey }, i) => ({ keyFileName: `${i}.rsa.pub`, privateKey }));
  expect(findSigner(await signedBy(signers), [bobKey])).toBe(bobKey);
  expect(findSigner(await signedBy([]), [annKey, bobKey])).toBeUndefined();
});

test("a signature that was taken from another package is nobody's", async () => {
  const { signature } = await buildMembers({
    signers: [{ keyFileName: 'a.rsa.pub', privateKey: ann.privateKey }],
  });
  const report = await read(Buffer.concat([signature, await buildPackage({ name: 'other' })]));
  expect(report.signatures).toHaveLength(1);
  expect(findSigner(report, [annKey])).toBeUndefined();
});

test('the name of a trusted key does not make a signature good', async () => {
  const report = await signedBy([
    { keyFileName: `${fingerprintOf(annKey)}.rsa.pub`, privateKey: bob.privateKey },
  ]);
  expect(findSigner(report, [annKey])).toBeUndefined();
});
