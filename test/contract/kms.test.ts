import { execFile } from 'node:child_process';
import { createHash, createPublicKey, randomUUID, verify } from 'node:crypto';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetPublicKeyCommand, KMSClient, SignCommand, type SignCommandInput } from '@aws-sdk/client-kms';
import { openKmsEndpoint } from '#local/kms-endpoint.ts';
import { listen } from '#local/listen.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const keyId = 'signing';
const accessKeyId = randomUUID();
let folder: string;
let kms: KMSClient;
let stop: () => Promise<void>;

const open = () =>
  openKmsEndpoint({
    folder: join(folder, 'keys'),
    keyIds: [keyId],
    accessKeyId,
    region: 'eu-central-1',
    onError: (error) => {
      throw error;
    },
  });

const clientOf = (endpoint: string, id: string) =>
  new KMSClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: id, secretAccessKey: 'unused' },
  });

let endpoint: string;
beforeAll(async () => {
  const temporary = await temporaryFolder();
  folder = temporary.folder;
  const server = await listen(await open());
  endpoint = server.url;
  kms = clientOf(endpoint, accessKeyId);
  stop = async () => {
    kms.destroy();
    await server.close();
    await temporary.remove();
  };
}, 120_000);
afterAll(() => stop());

const sha256 = (text: string) => createHash('sha256').update(text).digest();
const sign = (input: Partial<SignCommandInput>) =>
  kms.send(
    new SignCommand({
      KeyId: keyId,
      Message: sha256('hello'),
      MessageType: 'DIGEST',
      SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
      ...input,
    }),
  );
const publicKey = async (client = kms) => {
  const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: keyId }));
  return createPublicKey({ key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' });
};

test('openssl accepts the signature of a digest', async () => {
  const { Signature } = await sign({});
  await writeFile(join(folder, 'signature'), Signature ?? '');
  await writeFile(join(folder, 'message'), 'hello');
  await writeFile(join(folder, 'key.pem'), (await publicKey()).export({ type: 'spki', format: 'pem' }));
  const args = ['dgst', '-sha256', '-verify', 'key.pem', '-signature', 'signature', 'message'];
  const { stdout } = await promisify(execFile)('openssl', args, { cwd: folder });
  expect(stdout).toBe('Verified OK\n');
});

test('a SHA-512 digest and a raw message are signed too', async () => {
  const digest = createHash('sha512').update('hello').digest();
  const long = await sign({ Message: digest, SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_512' });
  expect(verify('sha512', Buffer.from('hello'), await publicKey(), long.Signature ?? Buffer.of())).toBe(true);
  const raw = await sign({ Message: Buffer.from('hello'), MessageType: 'RAW' });
  expect(verify('sha256', Buffer.from('hello'), await publicKey(), raw.Signature ?? Buffer.of())).toBe(true);
});

test('the key is known by its id and by its ARN, and says what it is', async () => {
  const found = await kms.send(new GetPublicKeyCommand({ KeyId: keyId }));
  expect(found).toMatchObject({
    KeyId: expect.stringMatching(/^arn:aws:kms:eu-central-1:\d{12}:key\/signing$/),
    KeySpec: 'RSA_4096',
    KeyUsage: 'SIGN_VERIFY',
    SigningAlgorithms: expect.arrayContaining(['RSASSA_PKCS1_V1_5_SHA_256']),
  });
  expect(await sign({ KeyId: found.KeyId })).toMatchObject({
    KeyId: found.KeyId,
    SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
  });
});

test('what is not a digest, or too long, is refused', async () => {
  const invalid = { name: 'ValidationException' };
  await expect(sign({ Message: Buffer.from('hello') })).rejects.toMatchObject(invalid);
  await expect(sign({ Message: Buffer.alloc(4097), MessageType: 'RAW' })).rejects.toMatchObject(invalid);
  await expect(sign({ SigningAlgorithm: 'ECDSA_SHA_256' })).rejects.toMatchObject(invalid);
});

test('a key that does not exist is not found', async () => {
  await expect(sign({ KeyId: 'other' })).rejects.toMatchObject({ name: 'NotFoundException' });
});

test('another access key id is refused', async () => {
  const stranger = clientOf(endpoint, 'stranger');
  await expect(publicKey(stranger)).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  stranger.destroy();
});

test('the private key is kept for its owner alone, and is the same after a restart', async () => {
  expect((await stat(join(folder, 'keys', `${keyId}.pem`))).mode & 0o777).toBe(0o600);
  const server = await listen(await open());
  const again = clientOf(server.url, accessKeyId);
  expect((await publicKey(again)).equals(await publicKey())).toBe(true);
  again.destroy();
  await server.close();
});
