import type { Environment } from '#registry/environment.ts';
import { type AwsClients, awsClients } from './clients.ts';
import { documentClient } from './document-client.ts';
import { DynamoDBAudit } from './dynamodb-audit.ts';
import { DynamoDBOwners } from './dynamodb-owners.ts';
import { DynamoDBPublishers } from './dynamodb-publishers.ts';
import { DynamoDBRecords } from './dynamodb-records.ts';
import { DynamoDBTokens } from './dynamodb-tokens.ts';
import { DynamoDBTrust } from './dynamodb-trust.ts';
import { DynamoDBUsedJwts } from './dynamodb-used-jwts.ts';
import { KmsSigner } from './kms-signer.ts';
import { S3PackageBucket } from './s3-package-bucket.ts';

/** The registry's stores and keys in AWS. */
export const adapters = (environment: Environment, clients: AwsClients = awsClients()) => ({
  ...storeAdapters(environment, clients),
  signers: environment.SIGNING_KEYS.map((key) => new KmsSigner(clients.kms, key, environment.REGISTRY_NAME)),
});

/** The stores alone. */
export function storeAdapters(
  environment: Pick<Environment, 'PACKAGES_BUCKET' | 'TABLE_NAME'>,
  { s3, dynamodb }: Pick<AwsClients, 's3' | 'dynamodb'>,
) {
  const documents = documentClient(dynamodb);
  return {
    packages: new S3PackageBucket(s3, environment.PACKAGES_BUCKET),
    audit: new DynamoDBAudit(documents, environment.TABLE_NAME),
    publishers: new DynamoDBPublishers(documents, environment.TABLE_NAME),
    records: new DynamoDBRecords(documents, environment.TABLE_NAME),
    tokens: new DynamoDBTokens(documents, environment.TABLE_NAME),
    policies: new DynamoDBTrust(documents, environment.TABLE_NAME),
    usedJwts: new DynamoDBUsedJwts(documents, environment.TABLE_NAME),
    owners: new DynamoDBOwners(documents, environment.TABLE_NAME),
  };
}
