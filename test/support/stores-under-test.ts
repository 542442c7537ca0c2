import { adapters } from '#aws/adapters.ts';
import { DynamoDBRecords } from '#aws/dynamodb-records.ts';
import { S3PackageBucket } from '#aws/s3-package-bucket.ts';
import { closeClients, standInClients } from '#aws/stand-in-clients.ts';
import { openAll } from '#local/open-all.ts';
import { makeVersionedBucket } from '#test/contract/s3-under-test.ts';
import { MemoryBucket } from '#test/events/memory-bucket.ts';
import { MemoryTable } from '#test/events/memory-table.ts';
import { createTable } from '#test/local/table-client.ts';
import type { Store } from './emulators.ts';
import { startMoto } from './moto.ts';
import { ENVIRONMENT, type RegistryPorts, startPorts } from './registry-ports.ts';

export interface StoresUnderTest {
  /** The real adapters. */
  ports: Pick<RegistryPorts, 'packages' | 'records'>;
  close(): Promise<void>;
}

/** A bucket and a table of an emulator, or in memory. */
export async function startStores(store: Store): Promise<StoresUnderTest> {
  if (store === 'memory') return memoryStores();
  return store === 'moto' ? startMotoStores() : startPorts();
}

function memoryStores(): StoresUnderTest {
  const bucket = new MemoryBucket(Date.now, () => {});
  const table = new MemoryTable();
  const client = <Client>({ answer }: { answer(command: unknown): object }) =>
    ({ send: async (command: unknown) => answer(command) }) as Client;
  return {
    ports: {
      packages: new S3PackageBucket(client({ answer: (command) => bucket.answer(command) }), 'packages'),
      records: new DynamoDBRecords(client({ answer: (command) => table.answer(command) }), 'table'),
    },
    close: async () => {},
  };
}

function startMotoStores(): Promise<StoresUnderTest> {
  return openAll(async (keep) => {
    const { config } = keep(await startMoto());
    const { endpoint, region, credentials } = config;
    const endpoints = {
      s3: endpoint,
      dynamodb: endpoint,
      kms: endpoint,
      cloudfront: endpoint,
      keyvaluestore: endpoint,
    };
    const clients = standInClients({ ...endpoints, region, accessKeyId: credentials.accessKeyId });
    keep({ close: () => closeClients(clients) });
    await makeVersionedBucket(clients.s3, ENVIRONMENT.PACKAGES_BUCKET);
    await createTable(clients.dynamodb, ENVIRONMENT.TABLE_NAME);
    return { ports: adapters(ENVIRONMENT, clients) };
  });
}
