import { constants, generateKeyPairSync, privateEncrypt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Signer } from '#registry/ports.ts';

/** What begins a DER DigestInfo of SHA-256. Source: RFC 8017, 9.2 note 1. */
const SHA256_DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** A key of this process, whose signing is KMS' work: how long it took is known, to be taken off. */
export class LocalSigner implements Signer {
  readonly #keys = generateKeyPairSync('rsa', { modulusLength: 4096 });
  signingMilliseconds = 0;

  async keyFileName(): Promise<string> {
    return 'bench-12345678.rsa.pub';
  }

  async publicKey(): Promise<string> {
    return this.#keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  }

  async sign(digest: Uint8Array): Promise<Uint8Array> {
    const start = performance.now();
    const key = { key: this.#keys.privateKey, padding: constants.RSA_PKCS1_PADDING };
    const signature = privateEncrypt(key, Buffer.concat([SHA256_DIGEST_INFO, digest]));
    this.signingMilliseconds += performance.now() - start;
    return signature;
  }
}
