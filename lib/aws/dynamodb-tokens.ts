import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { StoredToken, TokenStore } from '#registry/tokens.ts';
import { conditionHeld } from './condition-held.ts';
import { type Item, itemsOfPages } from './item-pages.ts';
import type { ItemKey } from './record-item.ts';

/** One partition for all of them: they are few, and listed together. */
const PARTITION = 'TOKENS';

/** The tokens, in the table of the records: `TOKENS`, `{id}`. */
export class DynamoDBTokens implements TokenStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** The same token may be there: the SDK sends a write again when its answer was lost. */
  async add(token: StoredToken): Promise<boolean> {
    const command = new PutCommand({
      TableName: this.#table,
      Item: { ...keyOf(token.id), ...token },
      ConditionExpression: 'attribute_not_exists(pk) OR sha256 = :sha256',
      ExpressionAttributeValues: { ':sha256': token.sha256 },
    });
    return conditionHeld(this.#client.send(command));
  }

  async find(id: string): Promise<StoredToken | undefined> {
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#table, Key: keyOf(id), ConsistentRead: true }),
    );
    return Item && toToken(Item);
  }

  async list(): Promise<StoredToken[]> {
    const items = itemsOfPages((start) =>
      this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': PARTITION },
          ConsistentRead: true,
          ExclusiveStartKey: start,
        }),
      ),
    );
    const tokens: StoredToken[] = [];
    for await (const item of items) tokens.push(toToken(item));
    return tokens;
  }

  async remove(id: string): Promise<void> {
    await this.#client.send(new DeleteCommand({ TableName: this.#table, Key: keyOf(id) }));
  }

  /** Conditional on the token: an update of one that was just revoked would make an item again. */
  async use({ id, sha256 }: Pick<StoredToken, 'id' | 'sha256'>, day: string): Promise<void> {
    const command = new UpdateCommand({
      TableName: this.#table,
      Key: keyOf(id),
      UpdateExpression: 'SET lastUsedOn = :day',
      ConditionExpression: 'sha256 = :sha256 AND (attribute_not_exists(lastUsedOn) OR lastUsedOn < :day)',
      ExpressionAttributeValues: { ':sha256': sha256, ':day': day },
    });
    await conditionHeld(this.#client.send(command));
  }
}

const keyOf = (id: string): ItemKey => ({ pk: PARTITION, sk: id });

function toToken({ pk: _pk, sk: _sk, ...token }: Item): StoredToken {
  return token as unknown as StoredToken;
}
