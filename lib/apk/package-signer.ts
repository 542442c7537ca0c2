import type { PackageReport } from './package.ts';
import { isSignatureOf } from './public-key.ts';

/**
 * The first of some RSA public keys that a package is truly signed by, whatever the signature calls it.
 * @param keys PEM, SubjectPublicKeyInfo
 */
export const findSigner = (
  { signatures, control }: Pick<PackageReport, 'signatures' | 'control'>,
  keys: readonly string[],
): string | undefined =>
  keys.find((key) =>
    signatures.some(
      ({ algorithm, signature }) => algorithm !== 'DSA' && isSignatureOf(key, algorithm, signature, control),
    ),
  );
