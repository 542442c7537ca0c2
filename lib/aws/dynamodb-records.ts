import {
  BatchGetCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type {
  Clock,
  IndexName,
  PackageFileName,
  PackageRecord,
  RecordState,
  Records,
  RepositoryName,
} from '#registry/ports.ts';
import { secondOf } from '#registry/second-of.ts';
import { conditionHeld } from './condition-held.ts';
import { type Item, itemsOfPages } from './item-pages.ts';
import {
  ARCHITECTURE_PREFIX,
  architectureKey,
  type ItemKey,
  indexPartition,
  OWNER_PREFIX,
  PACKAGE_PREFIX,
  REPOSITORY_PREFIX,
  recordKey,
  repositoryKey,
  repositoryPartition,
  toItem,
  toRecord,
  toRepository,
} from './record-item.ts';

/** How long at most before DynamoDB is asked again for what it left out of a batch. */
const MAX_PAUSE_MS = 100;

/** BatchGetItem takes this many keys. Source: Amazon DynamoDB API Reference, "BatchGetItem". */
const MAX_BATCH = 100;

/** The records, in one table; see DESIGN "What is stored". */
export class DynamoDBRecords implements Records {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #clock: Clock;
  /** Partitions of indexes that were listed under their repository: they never leave it. */
  readonly #listed = new Set<string>();

  constructor(client: DynamoDBDocumentClient, table: string, clock: Clock = Date.now) {
    this.#client = client;
    this.#table = table;
    this.#clock = clock;
  }

  async claim(record: PackageRecord, now: number): Promise<PackageRecord | undefined> {
    await this.#listIndex(record);
    const command = new PutCommand({
      TableName: this.#table,
      Item: toItem(record),
      ConditionExpression:
        'attribute_not_exists(pk) OR (#state = :pending AND (leaseUntil < :now OR sha256 = :sha256))',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':pending': 'pending', ':now': now, ':sha256': record.sha256 },
    });
    for (;;) {
      if (await conditionHeld(this.#client.send(command))) return undefined;
      const [holder] = await this.read([record]);
      if (holder !== undefined) return holder;
    }
  }

  /**
   * Before the record, so that whoever sees the record finds its index. An update, since a put would take away what
   * is said of the repository.
   */
  async #listIndex(index: IndexName): Promise<void> {
    const partition = indexPartition(index);
    if (this.#listed.has(partition)) return;
    for (const Item of [repositoryKey(index), architectureKey(index)]) {
      const ConditionExpression = 'attribute_not_exists(pk)';
      // Where it is there already, others may have written into it.
      await conditionHeld(
        this.#client.send(new PutCommand({ TableName: this.#table, Item, ConditionExpression })),
      );
    }
    this.#listed.add(partition);
  }

  async takeOver(record: PackageRecord, claim: string): Promise<boolean> {
    const command = new PutCommand({
      TableName: this.#table,
      Item: toItem(record),
      ConditionExpression: 'claim = :claim AND #state = :deleting',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':claim': claim, ':deleting': 'deleting' },
    });
    return conditionHeld(this.#client.send(command));
  }

  async transition(
    file: PackageFileName,
    claim: string,
    from: RecordState,
    to: RecordState,
  ): Promise<boolean> {
    const isDelete = to === 'deleting';
    const command = new UpdateCommand({
      TableName: this.#table,
      Key: recordKey(file),
      UpdateExpression: `SET #state = :to${isDelete ? ', deletingSince = :now' : ''}`,
      ConditionExpression: 'claim = :claim AND #state = :from',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':claim': claim,
        ':from': from,
        ':to': to,
        ...(isDelete && { ':now': secondOf(this.#clock) }),
      },
    });
    return conditionHeld(this.#client.send(command));
  }

  async remove(file: PackageFileName, claim: string, state: RecordState): Promise<boolean> {
    const command = new DeleteCommand({
      TableName: this.#table,
      Key: recordKey(file),
      ConditionExpression: 'claim = :claim AND #state = :state',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':claim': claim, ':state': state },
    });
    return conditionHeld(this.#client.send(command));
  }

  async read(files: readonly PackageFileName[]): Promise<PackageRecord[]> {
    const records: PackageRecord[] = [];
    let keys: ItemKey[] = files.map(recordKey);
    while (keys.length > 0) {
      const asked = keys.slice(0, MAX_BATCH);
      const { Responses, UnprocessedKeys } = await this.#client.send(
        new BatchGetCommand({ RequestItems: { [this.#table]: { Keys: asked, ConsistentRead: true } } }),
      );
      records.push(...(Responses?.[this.#table] ?? []).map(toRecord));
      const unprocessed = (UnprocessedKeys?.[this.#table]?.Keys ?? []) as ItemKey[];
      keys = [...keys.slice(MAX_BATCH), ...unprocessed];
      if (unprocessed.length > 0) await pause();
    }
    return records;
  }

  async list(index: IndexName): Promise<PackageRecord[]> {
    const records: PackageRecord[] = [];
    for await (const item of this.#query(indexPartition(index), PACKAGE_PREFIX)) records.push(toRecord(item));
    return records;
  }

  async architectures(repository: RepositoryName): Promise<string[]> {
    const architectures: string[] = [];
    for await (const { sk } of this.#query(repositoryPartition(repository), ARCHITECTURE_PREFIX)) {
      architectures.push(String(sk).slice(ARCHITECTURE_PREFIX.length));
    }
    return architectures;
  }

  /**
   * By a scan, not by a list of owners: that would be one more item to write with every claim, and a
   * table that is older than the list would be taken for an empty one.
   */
  async *repositories(): AsyncGenerator<RepositoryName> {
    const items = itemsOfPages((start) =>
      this.#client.send(
        new ScanCommand({
          TableName: this.#table,
          ProjectionExpression: 'pk, sk',
          FilterExpression: 'begins_with(pk, :owner) AND begins_with(sk, :repository)',
          ExpressionAttributeValues: { ':owner': OWNER_PREFIX, ':repository': REPOSITORY_PREFIX },
          ConsistentRead: true,
          ExclusiveStartKey: start,
        }),
      ),
    );
    for await (const item of items) yield toRepository(item as unknown as ItemKey);
  }

  #query(partition: string, prefix: string): AsyncGenerator<Item> {
    return itemsOfPages((start) =>
      this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': partition, ':prefix': prefix },
          ConsistentRead: true,
          ExclusiveStartKey: start,
        }),
      ),
    );
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, Math.random() * MAX_PAUSE_MS));
