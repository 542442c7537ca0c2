import type { IngestEnvironment } from '#registry/environment.ts';
import { storeAdapters } from './adapters.ts';
import { type ReaderClients, readerAdapters } from './reader-adapters.ts';
import { type UploadClients, uploadAdapters, uploadClients } from './upload-adapters.ts';

/** What an upload is published by: the stores, and what says who may read what a new owner has. */
export function ingestAdapters(
  environment: IngestEnvironment,
  clients: UploadClients = uploadClients(),
  readers?: ReaderClients,
) {
  return {
    ...storeAdapters(environment, clients),
    ...uploadAdapters(environment, clients),
    ...readerAdapters(environment, readers),
  };
}
