import { adapters } from '#aws/adapters.ts';
import { closeClients, standInClients } from '#aws/stand-in-clients.ts';
import { openAll } from '#local/open-all.ts';
import { makeVersionedBucket } from '#test/contract/s3-under-test.ts';
import { createTable } from '#test/local/table-client.ts';
import type { Emulator } from './emulators.ts';
import { startMoto } from './moto.ts';
import { ENVIRONMENT, type RegistryPorts, startPorts } from './registry-ports.ts';

export interface StoresUnderTest {
  /** The real adapters. */
  ports: Pick<RegistryPorts, 'packages' | 'records'>;
  close(): Promise<void>;
}

/** A bucket and a table of an emulator. */
export function startStores(emulator: Emulator): Promise<StoresUnderTest> {
  return emulator === 'moto' ? startMotoStores() : startPorts();
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
