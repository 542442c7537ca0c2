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
