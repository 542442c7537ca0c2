import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { documentClient } from './document-client.ts';
import { DynamoDBTokens } from './dynamodb-tokens.ts';
import { makeKeyValueStoreClient } from './keyvaluestore-client.ts';
import { KeyValueStoreReaders } from './keyvaluestore-readers.ts';

/** Where the tokens of a deployment are. */
export interface TokenTable {
  table: string;
  /** ARN of the key value store that reads are decided by. */
  readers: string;
  /** That of the AWS configuration, without one. */
  region?: string | undefined;
}

/** The tokens of a deployment, for whoever may write to its table and its key value store. */
export function tokenAdapters({ table, readers, region }: TokenTable) {
  const configuration = region === undefined ? {} : { region };
  const client = new DynamoDBClient(configuration);
  const documents = documentClient(client);
  return {
    tokens: new DynamoDBTokens(documents, table),
    readers: new KeyValueStoreReaders(makeKeyValueStoreClient(configuration), readers),
  };
}
