import { constants, privateEncrypt } from 'node:crypto';
import type { Signer } from '#registry/ports.ts';
import { rsaKey } from './once-a-run/rsa-key.ts';

/** What begins a DER DigestInfo of SHA-256. Source: RFC 8017, 9.2 note 1. */
const SHA256_DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** Signs with the run's key of that name, as KMS would. */
export function localSigner(name: string, bits?: number): Signer {
  const { publicKey, privateKey } = rsaKey(name, bits);
  const key = { key: privateKey, padding: constants.RSA_PKCS1_PADDING };
  return {
    keyFileName: async () => `${name}.rsa.pub`,
    publicKey: async () => publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    sign: async (digest) => privateEncrypt(key, Buffer.concat([SHA256_DIGEST_INFO, digest])),
  };
}
