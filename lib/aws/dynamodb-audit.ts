import { randomUUID } from 'node:crypto';
import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { AuditEntry, AuditPage, AuditQuery, AuditTrail } from '#registry/audit.ts';
import { conditionHeld } from './condition-held.ts';

/** The partition of all entries, and that of an owner's: each entry about one is in both. */
const partitionOf = (owner: string | undefined) => (owner === undefined ? 'AUDIT' : `AUDIT#${owner}`);

/** The audit trail: items that are written once, in the order of their time. */
export class DynamoDBAudit implements AuditTrail {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** The owner's first: what the whole trail has, an owner's has. */
  async add(entry: AuditEntry, id: string = randomUUID()): Promise<void> {
    const sk = `${new Date(entry.at).toISOString()}#${id}`;
    for (const owner of entry.owner === undefined ? [undefined] : [entry.owner, undefined]) {
      const Item = { pk: partitionOf(owner), sk, ...entry };
      const ConditionExpression = 'attribute_not_exists(pk)';
      // Where it does not hold, it is this very entry: whoever was not answered sends it again.
      await conditionHeld(
        this.#client.send(new PutCommand({ TableName: this.#table, Item, ConditionExpression })),
      );
    }
  }

  async list({ owner, before, limit }: AuditQuery): Promise<AuditPage> {
    const pk = partitionOf(owner);
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
        ScanIndexForward: false,
        ConsistentRead: true,
        Limit: limit,
        ExclusiveStartKey: before === undefined ? undefined : { pk, sk: before },
      }),
    );
    const entries = Items.map(({ pk: _pk, sk: _sk, ...entry }) => entry as unknown as AuditEntry);
    return { entries, next: LastEvaluatedKey?.sk };
  }
}
