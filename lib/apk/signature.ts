import { gzip } from './gzip.ts';
import { packTar } from './pack-tar.ts';
import { fingerprintOf } from './public-key.ts';

/**
 * The signatures apk knows, in the names it gives them; DSA ones are always over SHA-1.
 * Source: apk-v2.5 "SIGNATURES".
 */
export type SignatureAlgorithm = 'RSA' | 'RSA256' | 'RSA512' | 'DSA';

export interface SignatureName {
  algorithm: SignatureAlgorithm;
  keyFileName: string;
}

/** A signature in a package, by whom it says to be. */
export interface NamedSignature extends SignatureName {
  signature: Uint8Array;
}

const SIGNATURE_FILE = /^\.SIGN\.(?<algorithm>RSA|RSA256|RSA512|DSA)\.(?<keyFileName>[^/]+)$/;

/** Where a name has a slash, apk takes it for the first file to install. */
export const isSignatureFile = (name: string): boolean => /^\.SIGN\.[^/]*$/.test(name);

/** Takes `.SIGN.RSA256.{key file name}` apart; `undefined` for a kind of signature that apk passes over. */
export function parseSignatureName(name: string): SignatureName | undefined {
  const { algorithm, keyFileName } = SIGNATURE_FILE.exec(name)?.groups ?? {};
  if (algorithm === undefined || keyFileName === undefined) return undefined;
  return { algorithm: algorithm as SignatureAlgorithm, keyFileName };
}

export interface Signature {
  keyFileName: string;
  /** RSASSA-PKCS1-v1_5 over the SHA-256 of the member that follows, compressed. */
  signature: Uint8Array;
}

/** The gzip member that goes before a signed index: one entry a signature, cut. apk needs one of them to verify. */
export async function signatureMember(signatures: readonly Signature[]): Promise<Uint8Array> {
  const files = signatures.map(({ keyFileName, signature }) => ({
    name: `.SIGN.RSA256.${keyFileName}`,
    body: signature,
  }));
  return gzip(await packTar(files, { cut: true }));
}

/**
 * What a public key must be called in /etc/apk/keys, since apk finds it by the name in the signature:
 * `{name}-{8 hex}.rsa.pub`, the hex from the SHA-256 of the key, so that no two keys share a name.
 * @param publicKey PEM, SubjectPublicKeyInfo
 */
export function keyFileName(name: string, publicKey: string): string {
  return `${name}-${fingerprintOf(publicKey).slice(0, 8)}.rsa.pub`;
}
