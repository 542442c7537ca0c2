import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';

export interface AwsClients {
  s3: S3Client;
  dynamodb: DynamoDBClient;
  kms: KMSClient;
}

/** Clients as the Lambda's role and region configure them. */
export const awsClients = (): AwsClients => ({
  s3: new S3Client({}),
  dynamodb: new DynamoDBClient({}),
  kms: new KMSClient({}),
});

/** Where the stand-ins of one machine listen, and what they know us by. */
export interface Endpoints {
  s3: string;
  dynamodb: string;
  kms: string;
  region: string;
  accessKeyId: string;
}

/** Clients of the stand-ins, which look at nothing of the credentials but the id. */
export function standInClients({ region, accessKeyId, ...endpoints }: Endpoints): AwsClients {
  const shared = { region, credentials: { accessKeyId, secretAccessKey: 'not-checked' } };
  return {
    s3: new S3Client({ ...shared, endpoint: endpoints.s3, forcePathStyle: true }),
    dynamodb: new DynamoDBClient({ ...shared, endpoint: endpoints.dynamodb }),
    kms: new KMSClient({ ...shared, endpoint: endpoints.kms }),
  };
}

export function closeClients({ s3, dynamodb, kms }: AwsClients): void {
  for (const client of [s3, dynamodb, kms]) client.destroy();
}
