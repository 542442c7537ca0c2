import type { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import type { ReaderEnvironment } from '#registry/environment.ts';
import { makeKeyValueStoreClient } from './keyvaluestore-client.ts';
import { KeyValueStoreReaders } from './keyvaluestore-readers.ts';

/** The client of those that say who may read. */
export interface ReaderClients {
  keyvaluestore: CloudFrontKeyValueStoreClient;
}

const readerClients = (): ReaderClients => ({ keyvaluestore: makeKeyValueStoreClient() });

/** What reads are decided by: those that only change indexes need none of it. */
export const readerAdapters = (
  environment: ReaderEnvironment,
  { keyvaluestore }: ReaderClients = readerClients(),
) => ({
  readers: new KeyValueStoreReaders(keyvaluestore, environment.READERS_ARN),
  defaultVisibility: environment.DEFAULT_VISIBILITY,
});
