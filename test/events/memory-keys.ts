import { constants, generateKeyPairSync, privateEncrypt } from 'node:crypto';
import { GetPublicKeyCommand, SignCommand } from '@aws-sdk/client-kms';

/** The DER prefix of DigestInfo for SHA-256: RFC 8017, 9.2, note 1. */
const DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** Small, since thousands of indexes are signed; a signature of KMS's is made in the same way. */
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });

/** PEM. */
export const PUBLIC_KEY = publicKey.export({ type: 'spki', format: 'pem' }).toString();

/** What a KMS client's `send` answers, of one key. */
export function answerOfKms(command: unknown): object {
  if (command instanceof GetPublicKeyCommand) {
    return { PublicKey: publicKey.export({ type: 'spki', format: 'der' }) };
  }
  if (command instanceof SignCommand) {
    const digest = Buffer.concat([DIGEST_INFO, command.input.Message as Uint8Array]);
    return { Signature: privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, digest) };
  }
  throw new Error(`not understood: ${(command as object).constructor.name}`);
}
