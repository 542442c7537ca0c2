import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { TrustPolicies, TrustPolicy } from '#registry/trust.ts';
import { type Item, itemsOfPages } from './item-pages.ts';
import type { ItemKey } from './record-item.ts';

/** One partition for all of them: they are few, and listed together. */
const PARTITION = 'TRUST';

/** The policies, in the table of the records: `TRUST`, `{id}`. */
export class DynamoDBTrust implements TrustPolicies {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** Not conditional: ids are random, and the SDK sends a write again when its answer was lost. */
  async add(policy: TrustPolicy): Promise<void> {
    await this.#client.send(
      new PutCommand({ TableName: this.#table, Item: { ...keyOf(policy.id), ...policy } }),
    );
  }

  list(): Promise<TrustPolicy[]> {
    return this.#query({});
  }

  ofIssuer(issuer: string): Promise<TrustPolicy[]> {
    return this.#query({ ':issuer': issuer });
  }

  async remove(id: string): Promise<void> {
    await this.#client.send(new DeleteCommand({ TableName: this.#table, Key: keyOf(id) }));
  }

  async #query(filter: { ':issuer'?: string }): Promise<TrustPolicy[]> {
    const items = itemsOfPages((start) =>
      this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: 'pk = :pk',
          ...(filter[':issuer'] !== undefined && { FilterExpression: 'issuer = :issuer' }),
          ExpressionAttributeValues: { ':pk': PARTITION, ...filter },
          ConsistentRead: true,
          ExclusiveStartKey: start,
        }),
      ),
    );
    const policies: TrustPolicy[] = [];
    for await (const item of items) policies.push(toPolicy(item));
    return policies;
  }
}

const keyOf = (id: string): ItemKey => ({ pk: PARTITION, sk: id });

function toPolicy({ pk: _pk, sk: _sk, ...policy }: Item): TrustPolicy {
  return policy as unknown as TrustPolicy;
}
