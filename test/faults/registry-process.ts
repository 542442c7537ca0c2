import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Hono } from 'hono';
import { indexAdapters } from '#aws/index-adapters.ts';
import { readerAdapters } from '#aws/reader-adapters.ts';
import type { StandInClients } from '#aws/stand-in-clients.ts';
import { uploadAdapters } from '#aws/upload-adapters.ts';
import { createApi } from '#lambdas/api/app.ts';
import { MAX_UPLOAD_BYTES } from '#lambdas/api/upload-limit.ts';
import { createIndexHandler } from '#lambdas/index-packages/index-handler.ts';
import { createIngestHandler } from '#lambdas/ingest-upload/ingest-handler.ts';
import { createMaintenanceHandler } from '#lambdas/reconcile/maintenance-handler.ts';
import { maintainInProcess } from '#local/maintenance.ts';
import { HttpsIssuers } from '#oidc/https-issuers.ts';
import { oidcCredentials } from '#registry/oidc-credentials.ts';
import type { Clock } from '#registry/ports.ts';
import { tokenCredentials } from '#registry/token-credentials.ts';
import { ENVIRONMENT, type RegistryPorts, silentObserver } from '#test/support/registry-ports.ts';

/** All four functions, as they start: nothing is remembered of what others did. */
export interface RegistryProcess {
  ports: RegistryPorts;
  api: Hono;
  indexPackages(event: SQSEvent): Promise<SQSBatchResponse>;
  ingestUpload(event: SQSEvent): Promise<SQSBatchResponse>;
  maintain(event: object): Promise<unknown>;
}

export function startProcess(clients: StandInClients, clock: Clock): RegistryProcess {
  const ports = {
    ...indexAdapters(ENVIRONMENT, clients),
    ...readerAdapters(ENVIRONMENT, clients),
    ...uploadAdapters(ENVIRONMENT, clients),
    clock,
    observer: silentObserver,
  };
  const jwts = oidcCredentials({ ...ports, issuers: new HttpsIssuers() });
  const api = createApi({
    ...ports,
    maintenance: maintainInProcess(ports).maintenance,
    credentials: tokenCredentials(ports),
    trust: { ...ports, jwts },
    originSecret: '',
    publicUrl: 'https://apk.example.com',
    maxUploadBytes: MAX_UPLOAD_BYTES,
  });
  return {
    ports,
    api,
    indexPackages: createIndexHandler(ports),
    ingestUpload: createIngestHandler(ports),
    maintain: createMaintenanceHandler(ports),
  };
}
