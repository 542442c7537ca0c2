import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DeleteCommand, DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { AwsClients } from '#aws/clients.ts';
import { ENVIRONMENT } from './registry-ports.ts';

/** Copies a file into the packages bucket as `aws s3 cp` does: over whatever is there, and without a SHA-256. */
export async function copyByHand({ s3 }: AwsClients, key: string, body: Uint8Array): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: ENVIRONMENT.PACKAGES_BUCKET, Key: key, Body: body }));
}

/** Empties the table of records. */
export async function loseTable({ dynamodb }: AwsClients): Promise<void> {
  const documents = DynamoDBDocumentClient.from(dynamodb);
  const TableName = ENVIRONMENT.TABLE_NAME;
  const { Items = [] } = await documents.send(new ScanCommand({ TableName, ConsistentRead: true }));
  for (const { pk, sk } of Items) await documents.send(new DeleteCommand({ TableName, Key: { pk, sk } }));
}
