import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DynamoDBTokens } from './dynamodb-tokens.ts';

/**
 * The tokens of a registry, for whoever may write to its table.
 * @param region that of the AWS configuration, without one
 */
export function tokenAdapters({ table, region }: { table: string; region?: string | undefined }) {
  const client = new DynamoDBClient(region === undefined ? {} : { region });
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  return { tokens: new DynamoDBTokens(documents, table) };
}
