import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { Environment, UploadEnvironment } from '#registry/environment.ts';
import { documentClient } from './document-client.ts';
import { DynamoDBUploads } from './dynamodb-uploads.ts';
import { S3IncomingBucket } from './s3-incoming-bucket.ts';

export interface UploadClients {
  /** Reads what has arrived. */
  s3: S3Client;
  /** Signs URLs. */
  presigner: S3Client;
  dynamodb: DynamoDBClient;
}

/**
 * One client for both: a presigner must add no checksum of a body that it does not know, and what a gigabyte is was
 * compared when it arrived, so it need not be hashed for that while it is read.
 */
export function uploadClients(dynamodb: DynamoDBClient = new DynamoDBClient({})): UploadClients {
  const s3 = new S3Client({
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return { s3, presigner: s3, dynamodb };
}

/** Where uploads are noted, and where they arrive. */
export function uploadAdapters(
  { INCOMING_BUCKET, TABLE_NAME }: UploadEnvironment & Pick<Environment, 'TABLE_NAME'>,
  { s3, presigner, dynamodb }: UploadClients = uploadClients(),
) {
  const documents = documentClient(dynamodb);
  return {
    incoming: new S3IncomingBucket(s3, presigner, INCOMING_BUCKET),
    uploads: new DynamoDBUploads(documents, TABLE_NAME),
  };
}
