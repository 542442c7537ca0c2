import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Environment } from '#registry/environment.ts';
import { type AwsClients, awsClients } from './clients.ts';
import { DynamoDBOwners } from './dynamodb-owners.ts';
import { DynamoDBRecords } from './dynamodb-records.ts';
import { KmsSigner } from './kms-signer.ts';
import { S3PackageBucket } from './s3-package-bucket.ts';

/** The registry's stores and keys in AWS. */
export function adapters(environment: Environment, { s3, dynamodb, kms }: AwsClients = awsClients()) {
  const documents = DynamoDBDocumentClient.from(dynamodb, {
    marshallOptions: { removeUndefinedValues: true },
  });
  return {
    packages: new S3PackageBucket(s3, environment.PACKAGES_BUCKET),
    records: new DynamoDBRecords(documents, environment.TABLE_NAME),
    owners: new DynamoDBOwners(documents, environment.TABLE_NAME),
    signers: environment.SIGNING_KEYS.map((key) => new KmsSigner(kms, key, environment.REGISTRY_NAME)),
  };
}
