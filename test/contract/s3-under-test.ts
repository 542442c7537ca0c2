import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { presigningClient } from '#aws/stand-in-clients.ts';
import { listen } from '#local/listen.ts';
import { PARTS_BUCKET } from '#local/multipart-uploads.ts';
import { ObjectStore } from '#local/object-store.ts';
import { openAll } from '#local/open-all.ts';
import { createS3Endpoint } from '#local/s3-endpoint.ts';
import type { Emulator } from '#test/support/emulators.ts';
import { startMoto } from '#test/support/moto.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

export interface S3UnderTest {
  client: S3Client;
  /** What the SDK's presigners are given. */
  presigner: S3Client;
  bucket: string;
  /** Starts every key of this run, so that runs can share a bucket. */
  prefix: string;
  close(): Promise<void>;
}

/**
 * An emulator's S3; or, instead of our stand-in, the one at `CONTRACT_S3_ENDPOINT` with the bucket
 * `CONTRACT_S3_BUCKET` and the credentials that the SDK finds.
 */
export async function startS3UnderTest(emulator: Emulator): Promise<S3UnderTest> {
  const prefix = `contract-${randomUUID()}/`;
  if (emulator === 'moto') return { ...(await startMotoS3()), prefix };
  const { CONTRACT_S3_ENDPOINT: endpoint, CONTRACT_S3_BUCKET: bucket = 'contract' } = process.env;
  if (endpoint === undefined) return { ...(await startStandIn()), prefix };
  const client = new S3Client({
    endpoint,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  return { client, presigner: client, bucket, prefix, close: async () => client.destroy() };
}

type BucketUnderTest = Omit<S3UnderTest, 'prefix'>;

async function startStandIn(): Promise<BucketUnderTest> {
  const { folder, remove } = await temporaryFolder();
  const accessKeyId = randomUUID();
  const presigning = { accessKeyId: randomUUID(), secretAccessKey: randomUUID() };
  const errors: unknown[] = [];
  const store = await ObjectStore.open(folder, ['packages', PARTS_BUCKET]);
  const server = await listen(
    createS3Endpoint({ store, accessKeyId, presigning, onError: (error) => errors.push(error) }),
  );
  const client = new S3Client({
    endpoint: server.url,
    region: 'eu-central-1',
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey: 'unused' },
  });
  const presigner = presigningClient({
    endpoint: server.url,
    region: 'eu-central-1',
    credentials: presigning,
  });
  const close = async () => {
    client.destroy();
    presigner.destroy();
    await server.close();
    await remove();
    if (errors.length > 0) throw new AggregateError(errors, 'The endpoint failed');
  };
  return { client, presigner, bucket: 'packages', close };
}

function startMotoS3(): Promise<BucketUnderTest> {
  return openAll(async (keep) => {
    const { config } = keep(await startMoto());
    const client = new S3Client({ ...config, forcePathStyle: true });
    keep({ close: () => client.destroy() });
    await makeVersionedBucket(client, 'packages');
    const presigner = presigningClient(config);
    keep({ close: () => presigner.destroy() });
    return { client, presigner, bucket: 'packages' };
  });
}

/** A bucket as lib/constructs/packages-bucket.ts makes it, as far as emulators go. */
export async function makeVersionedBucket(client: S3Client, bucket: string): Promise<void> {
  const LocationConstraint = 'eu-central-1';
  await client.send(
    new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint } }),
  );
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
}
