import { constants, createHash, type KeyObject, privateEncrypt } from 'node:crypto';
import * as z from 'zod';
import { sameSecret } from '#registry/same-secret.ts';
import { accessKeyIdOf } from './access-key.ts';
import { type KeyPair, openKeys } from './kms-keys.ts';

export interface KmsEndpointOptions {
  /** Where the private keys are kept. */
  folder: string;
  /** The keys there are; file names. */
  keyIds: readonly string[];
  /** The only access key id that is served. */
  accessKeyId: string;
  region: string;
  /** Told of failures of our own, which the client sees as KMSInternalException. */
  onError(error: unknown): void;
}

const MAX_RAW_BYTES = 4096;

/** The DER prefixes of DigestInfo: RFC 8017, 9.2, note 1. */
const ALGORITHMS = {
  RSASSA_PKCS1_V1_5_SHA_256: { hash: 'sha256', bytes: 32, prefix: '3031300d060960864801650304020105000420' },
  RSASSA_PKCS1_V1_5_SHA_512: { hash: 'sha512', bytes: 64, prefix: '3051300d060960864801650304020305000440' },
} as const;

const signRequest = z.object({
  KeyId: z.string(),
  Message: z.base64(),
  MessageType: z.enum(['RAW', 'DIGEST']).default('RAW'),
  SigningAlgorithm: z.enum(['RSASSA_PKCS1_V1_5_SHA_256', 'RSASSA_PKCS1_V1_5_SHA_512']),
});
const getPublicKeyRequest = z.object({ KeyId: z.string() });

class KmsError extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/**
 * KMS's JSON protocol for RSA_4096 signing keys: Sign and GetPublicKey, PKCS #1 v1.5 only.
 * As with S3, signatures of requests are not verified, only the access key id.
 * Source: AWS KMS API Reference, "Sign", "GetPublicKey", "Common Errors".
 */
export async function openKmsEndpoint({ folder, keyIds, accessKeyId, region, onError }: KmsEndpointOptions) {
  const keys = await openKeys(folder, keyIds);
  return async (request: Request): Promise<Response> => {
    try {
      if (!sameSecret(accessKeyIdOf(request) ?? '', accessKeyId)) {
        throw new KmsError(
          'UnrecognizedClientException',
          'The security token included in the request is invalid.',
        );
      }
      return reply(answer(keys, region, request.headers.get('x-amz-target'), await request.text()));
    } catch (error) {
      if (error instanceof KmsError) return reply({ __type: error.type, message: error.message }, 400);
      onError(error);
      return reply({ __type: 'KMSInternalException', message: 'The request failed; try again.' }, 500);
    }
  };
}

const reply = (body: object, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/x-amz-json-1.1' } });

function answer(
  keys: ReadonlyMap<string, KeyPair>,
  region: string,
  target: string | null,
  body: string,
): object {
  switch (target) {
    case 'TrentService.Sign': {
      const { KeyId, Message, MessageType, SigningAlgorithm } = parse(signRequest, body);
      const { arn, privateKey } = find(keys, region, KeyId);
      const message = Buffer.from(Message, 'base64');
      const digest = MessageType === 'DIGEST' ? message : hashMessage(message, SigningAlgorithm);
      const signature = signDigest(privateKey, digest, SigningAlgorithm);
      return { KeyId: arn, Signature: signature.toString('base64'), SigningAlgorithm };
    }
    case 'TrentService.GetPublicKey': {
      const { arn, publicKey } = find(keys, region, parse(getPublicKeyRequest, body).KeyId);
      const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
      const SigningAlgorithms = Object.keys(ALGORITHMS);
      return { KeyId: arn, PublicKey: spki, KeySpec: 'RSA_4096', KeyUsage: 'SIGN_VERIFY', SigningAlgorithms };
    }
    default:
      throw new KmsError('UnknownOperationException', `${target} is not implemented here`);
  }
}

function parse<T>(schema: z.ZodType<T>, body: string): T {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new KmsError('SerializationException', 'The body is not JSON');
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new KmsError('ValidationException', z.prettifyError(parsed.error));
  return parsed.data;
}

/** By key id, or by ARN. */
function find(keys: ReadonlyMap<string, KeyPair>, region: string, name: string): KeyPair & { arn: string } {
  const prefix = `arn:aws:kms:${region}:000000000000:key/`;
  const keyId = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  const key = keys.get(keyId);
  if (!key) throw new KmsError('NotFoundException', `Key '${prefix}${keyId}' does not exist`);
  return { ...key, arn: `${prefix}${keyId}` };
}

function hashMessage(message: Buffer, algorithm: keyof typeof ALGORITHMS): Buffer {
  if (message.length > MAX_RAW_BYTES) {
    throw new KmsError(
      'ValidationException',
      `A RAW message has at most ${MAX_RAW_BYTES} bytes, not ${message.length}`,
    );
  }
  return createHash(ALGORITHMS[algorithm].hash).update(message).digest();
}

/** RSASSA-PKCS1-v1_5 of a digest that was made elsewhere: `crypto.sign` would hash it again. */
function signDigest(privateKey: KeyObject, digest: Buffer, algorithm: keyof typeof ALGORITHMS): Buffer {
  const { bytes, prefix } = ALGORITHMS[algorithm];
  if (digest.length !== bytes) {
    throw new KmsError('ValidationException', `Digest is invalid length for algorithm ${algorithm}.`);
  }
  const digestInfo = Buffer.concat([Buffer.from(prefix, 'hex'), digest]);
  return privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, digestInfo);
}
