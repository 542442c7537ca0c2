import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { RepositoryName } from '#registry/ports.ts';
import type { TrustedPublishers } from '#registry/trusted-publishers.ts';
import { repositoryKey } from './record-item.ts';

/** The trusted publishers of each repository, in the item that says that the repository exists. */
export class DynamoDBPublishers implements TrustedPublishers {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async keysOf(repository: RepositoryName): Promise<readonly string[]> {
    const { Item } = await this.#client.send(
      new GetCommand({
        TableName: this.#table,
        Key: repositoryKey(repository),
        ProjectionExpression: 'publishers',
        ConsistentRead: true,
      }),
    );
    return (Item?.publishers as string[] | undefined) ?? [];
  }

  async setKeys(repository: RepositoryName, keys: readonly string[]): Promise<void> {
    await this.#client.send(
      new UpdateCommand({
        TableName: this.#table,
        Key: repositoryKey(repository),
        UpdateExpression: 'SET publishers = :keys',
        ExpressionAttributeValues: { ':keys': keys },
      }),
    );
  }
}
