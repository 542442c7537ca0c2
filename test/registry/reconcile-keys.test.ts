import { constants, privateEncrypt } from 'node:crypto';
import { keyFileName } from '#apk/signature.ts';
import { indexKey, publicKeyKey } from '#registry/object-keys.ts';
import type { PackageRecord, Signer } from '#registry/ports.ts';
import { reconcile } from '#registry/reconcile.ts';
import { isSignedBy, signIndex } from '#registry/sign-index.ts';
import { updateIndexes } from '#registry/update-indexes.ts';
import { rsaKey } from '#test/support/once-a-run/rsa-key.ts';
import { changeOf } from '#test/support/registry-state.ts';
import { newRepository, registryToBreak } from './reconcile-under-test.ts';

const { ports, publish, publishListed, reconciled, putByHand } = registryToBreak();

/** A key that is not the registry's, or not any more. */
function newSigner(name?: string): Signer {
  const { privateKey, publicKey } = rsaKey('old');
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return {
    keyFileName: async () => name ?? keyFileName('old', pem),
    publicKey: async () => pem,
    sign: async (digest) => {
      const digestInfo = Buffer.concat([SHA256_PREFIX, digest]);
      return privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, digestInfo);
    },
  };
}

/** DER prefix of a SHA-256 DigestInfo. Source: RFC 8017, 9.2, note 1. */
const SHA256_PREFIX = Buffer.from('3031300d060960864801650304020105000420', 'hex');

async function isSignedByKeys(file: PackageRecord, signers: readonly Signer[] = ports().signers) {
  const index = await ports().packages.get(indexKey(file));
  return isSignedBy(signers, index?.body ?? new Uint8Array());
}

test('an index that only an old key signed is signed by the active one, whose public half lies beside it', async () => {
  const foo = await publish(newRepository('rotated'));
  const old = [newSigner()];
  await updateIndexes([changeOf(foo)], { ...ports(), signers: old });
  expect(await isSignedByKeys(foo, old)).toBe(true);
  const { healed } = await reconcile(ports());
  const key = publicKeyKey('rotated', (await ports().signers[0]?.keyFileName()) ?? '');
  expect(healed).toEqual([
    { kind: 'key-published', key },
    { kind: 'index-written', key: indexKey(foo) },
  ]);
  expect(await isSignedByKeys(foo)).toBe(true);
  expect(await ports().packages.head(key)).toBeDefined();
});

test('a second key signs every index from the next run on, and no more once it is retired', async () => {
  const repository = newRepository();
  const foo = await publishListed(repository);
  const both = [...ports().signers, newSigner()];
  await reconciled(repository, { signers: both });
  expect(await isSignedByKeys(foo, both)).toBe(true);
  expect(await isSignedByKeys(foo)).toBe(false);
  await reconciled(repository);
  expect(await isSignedByKeys(foo)).toBe(true);
});

test('an index with a signature that does not verify is signed anew', async () => {
  const repository = newRepository();
  const foo = await publishListed(repository);
  const body = Buffer.from((await ports().packages.get(indexKey(foo)))?.body ?? '');
  const signed = body.subarray(body.indexOf(Buffer.from([0x1f, 0x8b, 8]), 1));
  const impostor = newSigner(await ports().signers[0]?.keyFileName());
  await putByHand(indexKey(foo), await signIndex(signed, [impostor]));
  const { healed } = await reconciled(repository);
  expect(healed).toEqual([{ kind: 'index-written', key: indexKey(foo) }]);
  expect(Buffer.from((await ports().packages.get(indexKey(foo)))?.body ?? '')).toEqual(body);
});
