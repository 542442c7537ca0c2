import { fingerprintOf, keyKindOf } from '#apk/public-key.ts';
import type { Signer } from '#registry/ports.ts';

/** One key that signs every index, as `GET /api/keys` shows it. */
interface KeyDescription {
  /** What its public half is called in /etc/apk/keys. */
  file: string;
  /** Lower-case hex SHA-256 of the SubjectPublicKeyInfo. */
  fingerprint: string;
  /** For example `RSA-4096`. */
  algorithm: string;
  given_to_new_clients: boolean;
}

/** The active keys; the first is the one that clients are given. */
export const describeKeys = (signers: readonly Signer[]): Promise<KeyDescription[]> =>
  Promise.all(
    signers.map(async (signer, i) => {
      const publicKey = await signer.publicKey();
      return {
        file: await signer.keyFileName(),
        fingerprint: fingerprintOf(publicKey),
        algorithm: keyKindOf(publicKey),
        given_to_new_clients: i === 0,
      };
    }),
  );
