import { createPublicKey } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { keyFileName } from '#apk/signature.ts';
import type { Signer } from '#registry/ports.ts';

/** A KMS key of spec RSA_4096 and usage SIGN_VERIFY. */
export class KmsSigner implements Signer {
  readonly #client: KMSClient;
  readonly #keyId: string;
  readonly #registryName: string;
  #publicKey: Promise<string> | undefined;

  /** @param registryName what the key file is named after */
  constructor(client: KMSClient, keyId: string, registryName: string) {
    this.#client = client;
    this.#keyId = keyId;
    this.#registryName = registryName;
  }

  async keyFileName(): Promise<string> {
    return keyFileName(this.#registryName, await this.publicKey());
  }

  /** Asked of KMS once: a key's public half never changes. */
  publicKey(): Promise<string> {
    this.#publicKey ??= this.#fetchPublicKey().catch((error: unknown) => {
      this.#publicKey = undefined;
      throw error;
    });
    return this.#publicKey;
  }

  async #fetchPublicKey(): Promise<string> {
    const { PublicKey } = await this.#client.send(new GetPublicKeyCommand({ KeyId: this.#keyId }));
    if (PublicKey === undefined) throw new Error(`KMS gave no public key for ${this.#keyId}`);
    const key = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
    return key.export({ type: 'spki', format: 'pem' }).toString();
  }

  async sign(digest: Uint8Array): Promise<Uint8Array> {
    const { Signature } = await this.#client.send(
      new SignCommand({
        KeyId: this.#keyId,
        Message: digest,
        MessageType: 'DIGEST',
        SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
      }),
    );
    if (Signature === undefined) throw new Error(`KMS gave no signature by ${this.#keyId}`);
    return Signature;
  }
}
