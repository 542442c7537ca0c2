import { randomUUID } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { listen } from '#local/listen.ts';
import { ObjectStore } from '#local/object-store.ts';
import { createS3Endpoint } from '#local/s3-endpoint.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

export interface S3UnderTest {
  client: S3Client;
  bucket: string;
  /** Starts every key of this run, so that runs can share a bucket. */
  prefix: string;
  close(): Promise<void>;
}

/**
 * Our own S3, or the one at `CONTRACT_S3_ENDPOINT` with the bucket `CONTRACT_S3_BUCKET` and the credentials that
 * the SDK finds.
 */
export async function startS3UnderTest(): Promise<S3UnderTest> {
  const prefix = `contract-${randomUUID()}/`;
  const { CONTRACT_S3_ENDPOINT: endpoint, CONTRACT_S3_BUCKET: bucket = 'contract' } = process.env;
  if (endpoint) {
    const client = new S3Client({ endpoint, forcePathStyle: true });
    const close = async () => client.destroy();
    return { client, bucket, prefix, close };
  }
  const { folder, remove } = await temporaryFolder();
  const accessKeyId = randomUUID();
  const errors: unknown[] = [];
  const store = await ObjectStore.open(folder, ['packages']);
  const server = await listen(
    createS3Endpoint({ store, accessKeyId, onError: (error) => errors.push(error) }),
  );
  const client = new S3Client({
    endpoint: server.url,
    region: 'eu-central-1',
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey: 'unused' },
  });
  const close = async () => {
    client.destroy();
    await server.close();
    await remove();
    if (errors.length > 0) throw new AggregateError(errors, 'The endpoint failed');
  };
  return { client, bucket: 'packages', prefix, close };
}
