import { createHash, createPublicKey, createVerify } from 'node:crypto';
import type { SignatureAlgorithm } from './signature.ts';

/**
 * The lower-case hex SHA-256 of a key's SubjectPublicKeyInfo in DER, whatever PEM it comes in.
 * @param publicKey PEM
 * @throws Error when it is no key
 */
export function fingerprintOf(publicKey: string): string {
  const der = createPublicKey(publicKey).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('hex');
}

/**
 * What kind of key it is, with its bits: `RSA-4096`.
 * @param publicKey PEM
 */
export function keyKindOf(publicKey: string): string {
  const { asymmetricKeyType = 'unknown', asymmetricKeyDetails } = createPublicKey(publicKey);
  const bits = asymmetricKeyDetails?.modulusLength;
  return asymmetricKeyType.toUpperCase() + (bits === undefined ? '' : `-${bits}`);
}

/** Source: apk-v2.5 "SIGNATURES". */
const DIGESTS: Record<SignatureAlgorithm, string> = {
  RSA: 'sha1',
  RSA256: 'sha256',
  RSA512: 'sha512',
  DSA: 'sha1',
};

/**
 * Whether a signature is that of a key over these bytes, as apk verifies it.
 * @param publicKey PEM
 */
export const isSignatureOf = (
  publicKey: string,
  algorithm: SignatureAlgorithm,
  signature: Uint8Array,
  signed: Uint8Array,
): boolean => createVerify(DIGESTS[algorithm]).update(signed).verify(publicKey, signature);
