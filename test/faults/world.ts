import { BatchWriteCommand, type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '#aws/document-client.ts';
import { S3PackageBucket } from '#aws/s3-package-bucket.ts';
import type { KeyValueStore } from '#local/key-value-store.ts';
import type { StandIns } from '#local/stand-ins.ts';
import type { PackageBucket } from '#registry/ports.ts';
import { ENVIRONMENT } from '#test/support/registry-ports.ts';
import { sha256Of } from './actor.ts';

export type Item = { pk: string; sk: string } & Record<string, unknown>;

type Objects = ReadonlyMap<string, Buffer>;

/** All that a registry keeps. */
export interface World {
  items: readonly Item[];
  /** By key, of the packages bucket. */
  objects: Objects;
  /** The same of the incoming one. */
  incoming: Objects;
  readers: ReadonlyMap<string, string>;
}

interface Stores {
  documents: DynamoDBDocumentClient;
  packages: PackageBucket;
  incoming: PackageBucket;
  readers: KeyValueStore;
}

export const storesOf = ({ clients, readers }: StandIns): Stores => ({
  documents: documentClient(clients.dynamodb),
  packages: new S3PackageBucket(clients.s3, ENVIRONMENT.PACKAGES_BUCKET),
  incoming: new S3PackageBucket(clients.s3, ENVIRONMENT.INCOMING_BUCKET),
  readers,
});

export const readWorld = async ({ documents, packages, incoming, readers }: Stores): Promise<World> => ({
  items: await readItems(documents),
  objects: await readObjects(packages),
  incoming: await readObjects(incoming),
  readers: readers.pairs,
});

/** Makes everything as it was, by writing what differs. */
export async function restoreWorld(world: World, stores: Stores): Promise<void> {
  const now = await readWorld(stores);
  await restoreItems(world.items, now.items, stores.documents);
  await restoreObjects(world.objects, now.objects, stores.packages);
  await restoreObjects(world.incoming, now.incoming, stores.incoming);
  const gone = [...now.readers.keys()].map((key) => [key, undefined] as const);
  await stores.readers.update(stores.readers.version, new Map([...gone, ...world.readers]));
}

async function readItems(documents: DynamoDBDocumentClient): Promise<Item[]> {
  const items: Item[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const scan = { TableName: ENVIRONMENT.TABLE_NAME, ConsistentRead: true, ExclusiveStartKey: start };
    const page = await documents.send(new ScanCommand(scan));
    items.push(...((page.Items ?? []) as Item[]));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}

async function readObjects(bucket: PackageBucket): Promise<Map<string, Buffer>> {
  const objects = new Map<string, Buffer>();
  for await (const { key } of bucket.list('')) {
    const stored = await bucket.get(key);
    if (stored) objects.set(key, Buffer.from(stored.body));
  }
  return objects;
}

/** BatchWriteItem takes this many. Source: Amazon DynamoDB API Reference, "BatchWriteItem". */
const MAX_BATCH = 25;

async function restoreItems(
  wanted: readonly Item[],
  there: readonly Item[],
  documents: DynamoDBDocumentClient,
): Promise<void> {
  const name = ({ pk, sk }: Item) => JSON.stringify([pk, sk]);
  const texts = new Map(there.map((item) => [name(item), JSON.stringify(item)]));
  const kept = new Set(wanted.map(name));
  const writes = [
    ...wanted
      .filter((item) => texts.get(name(item)) !== JSON.stringify(item))
      .map((item) => ({ PutRequest: { Item: item } })),
    ...there
      .filter((item) => !kept.has(name(item)))
      .map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } })),
  ];
  for (let start = 0; start < writes.length; start += MAX_BATCH) {
    const batch = { [ENVIRONMENT.TABLE_NAME]: writes.slice(start, start + MAX_BATCH) };
    await documents.send(new BatchWriteCommand({ RequestItems: batch }));
  }
}

async function restoreObjects(wanted: Objects, there: Objects, bucket: PackageBucket): Promise<void> {
  for (const key of there.keys()) if (!wanted.has(key)) await bucket.delete(key);
  for (const [key, body] of wanted) {
    if (there.get(key)?.equals(body)) continue;
    const object = { body, sha256: sha256Of(body), contentType: 'a/b', cacheControl: '' };
    await bucket.delete(key);
    await bucket.put(key, object, { absent: true });
  }
}
