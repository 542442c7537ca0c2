import { createHash, createPublicKey, createVerify } from 'node:crypto';
import type { PackageReport } from './package.ts';
import type { SignatureAlgorithm } from './signature.ts';

/** What each signature is over a digest of; a DSA key is never one of an RSA list. Source: apk-v2.5 "SIGNATURES". */
const DIGEST: Partial<Record<SignatureAlgorithm, string>> = {
  RSA: 'RSA-SHA1',
  RSA256: 'RSA-SHA256',
  RSA512: 'RSA-SHA512',
};

/**
 * The first of some RSA public keys that a package is truly signed by, whatever the signature calls it.
 * @param keys PEM, SubjectPublicKeyInfo
 */
export const findSigner = (
  { signatures, control }: Pick<PackageReport, 'signatures' | 'control'>,
  keys: readonly string[],
): string | undefined =>
  keys.find((key) =>
    signatures.some(({ algorithm, signature }) => {
      const digest = DIGEST[algorithm];
      return digest !== undefined && createVerify(digest).update(control).verify(key, signature);
    }),
  );

/** Lower-case hex SHA-256 of a public key's DER, as `openssl pkey -pubin -outform DER | sha256sum` says it. */
export const fingerprintOf = (publicKey: string): string =>
  createHash('sha256')
    .update(createPublicKey(publicKey).export({ type: 'spki', format: 'der' }))
    .digest('hex');
