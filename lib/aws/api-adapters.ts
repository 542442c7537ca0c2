import type { Environment, ReaderEnvironment, UploadEnvironment } from '#registry/environment.ts';
import { adapters } from './adapters.ts';
import { awsClients } from './clients.ts';
import { maintenanceAdapters } from './maintenance-adapters.ts';
import { readerAdapters } from './reader-adapters.ts';
import { uploadAdapters, uploadClients } from './upload-adapters.ts';

type ApiEnvironment = Environment & ReaderEnvironment & UploadEnvironment & { RECONCILE_FUNCTION: string };

/** All that the HTTP API reaches AWS through; what is in the table has one client, and so one connection. */
export function apiAdapters(environment: ApiEnvironment) {
  const clients = awsClients();
  return {
    ...adapters(environment, clients),
    ...readerAdapters(environment),
    ...uploadAdapters(environment, uploadClients(clients.dynamodb)),
    ...maintenanceAdapters(environment),
  };
}
