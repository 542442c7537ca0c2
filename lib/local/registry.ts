import { randomUUID } from 'node:crypto';
import { indexAdapters } from '#aws/index-adapters.ts';
import { ingestAdapters } from '#aws/ingest-adapters.ts';
import { readerAdapters } from '#aws/reader-adapters.ts';
import { uploadAdapters } from '#aws/upload-adapters.ts';
import { createApi } from '#lambdas/api/app.ts';
import { MAX_UPLOAD_BYTES } from '#lambdas/api/upload-limit.ts';
import { handleViewerRequest } from '#lambdas/edge/viewer-request.ts';
import { createIndexHandler } from '#lambdas/index-packages/index-handler.ts';
import { createIngestHandler } from '#lambdas/ingest-upload/ingest-handler.ts';
import { HttpsIssuers } from '#oidc/https-issuers.ts';
import { eitherCredentials } from '#registry/either-credentials.ts';
import type { ReaderEnvironment } from '#registry/environment.ts';
import type { IssuerRules } from '#registry/issuer-url.ts';
import { keepStartToken } from '#registry/keep-start-token.ts';
import { oidcCredentials } from '#registry/oidc-credentials.ts';
import type { Visibility } from '#registry/readers.ts';
import { reconcileReaders } from '#registry/reconcile-readers.ts';
import { tokenCredentials } from '#registry/token-credentials.ts';
import type { EventDelivery } from './bucket-events.ts';
import { compareDaily } from './daily-comparison.ts';
import { createDelivery, type Origins } from './delivery.ts';
import { errorObserver } from './error-observer.ts';
import { atOwnAddress } from './incoming-urls.ts';
import { listen } from './listen.ts';
import { maintainInProcess } from './maintenance.ts';
import { openAll } from './open-all.ts';
import { type StandInEnvironment, type StandIns, startStandIns } from './stand-ins.ts';
import { viewerLookup } from './viewer-function.ts';

export interface RegistryOptions extends IssuerRules {
  /** 0 for a free one. */
  port: number;
  /** The folder that everything is kept in. */
  folder: string;
  /** Has every right, and takes the place of the one that was given before. */
  token: string;
  /** Of owners that nothing else is said of; `public` by default. */
  visibility?: Visibility;
  onError(error: unknown): void;
  delivery?: Partial<EventDelivery>;
  /** Milliseconds between two comparisons of all that is kept; a day by default. */
  comparisonInterval?: number;
  /** Names of the keys that sign every index, made if they are missing; one by default. */
  signingKeys?: readonly string[];
}

export interface RunningRegistry {
  /** `http://127.0.0.1:{port}`. */
  url: string;
  /** What the signing key's public half is called in /etc/apk/keys. */
  keyFileName: string;
  standIns: StandIns;
  close(): Promise<void>;
}

/** What the Lambdas are configured with on one machine. */
export const LOCAL_ENVIRONMENT: StandInEnvironment & ReaderEnvironment = {
  PACKAGES_BUCKET: 'packages',
  INCOMING_BUCKET: 'incoming',
  TABLE_NAME: 'alpenglow',
  SIGNING_KEYS: ['signing-key'],
  REGISTRY_NAME: 'alpenglow',
  DISTRIBUTION_ID: 'one-machine',
  READERS_ARN: 'arn:aws:cloudfront::000000000000:key-value-store/one-machine',
  DEFAULT_VISIBILITY: 'public',
};

/** Short, since somebody waits for the index; it still makes one update of a burst of publishes. */
const BATCH_WINDOW_MS = 100;

/**
 * Starts the whole registry in this process, on one port, with nothing of AWS but its APIs.
 * @throws Error when the port or the folder is in use
 */
export function startRegistry({
  port,
  folder,
  token,
  visibility = LOCAL_ENVIRONMENT.DEFAULT_VISIBILITY,
  onError,
  delivery,
  signingKeys = LOCAL_ENVIRONMENT.SIGNING_KEYS,
  allowHttpIssuers,
  comparisonInterval,
}: RegistryOptions): Promise<RunningRegistry> {
  const environment = {
    ...LOCAL_ENVIRONMENT,
    SIGNING_KEYS: [...signingKeys],
    DEFAULT_VISIBILITY: visibility,
  };
  const observer = errorObserver(onError);
  return openAll(async (keep) => {
    const standIns = keep(
      await startStandIns({
        folder,
        environment,
        delivery: { batchWindow: BATCH_WINDOW_MS, ...delivery },
        createHandler: (clients) => createIndexHandler({ ...indexAdapters(environment, clients), observer }),
        createIngestHandler: (clients) =>
          createIngestHandler({
            ...ingestAdapters(environment, clients, clients),
            clock: Date.now,
            observer,
          }),
        onError,
      }),
    );
    const ports = {
      ...indexAdapters(environment, standIns.clients),
      ...readerAdapters(environment, standIns.clients),
      ...uploadAdapters(environment, standIns.clients),
      clock: Date.now,
      observer,
    };
    await keepStartToken(token, ports);
    // Another visibility may have been given.
    await reconcileReaders(ports);
    const jwts = oidcCredentials({ ...ports, issuers: new HttpsIssuers({ allowHttpIssuers }) });
    const originSecret = randomUUID();
    const { maintenance } = keep(maintainInProcess(ports));
    const incoming = { bucket: environment.INCOMING_BUCKET, s3Url: standIns.endpoints.s3 };
    const api = createApi({
      ...ports,
      maintenance,
      incoming: atOwnAddress(ports.incoming, incoming),
      credentials: eitherCredentials(jwts, tokenCredentials(ports)),
      trust: { ...ports, jwts, allowHttpIssuers },
      originSecret,
      maxUploadBytes: MAX_UPLOAD_BYTES,
    });
    const { s3, accessKeyId } = standIns;
    const bucket = environment.PACKAGES_BUCKET;
    const lookup = viewerLookup(standIns.readers);
    const viewerFunction: Origins['viewerFunction'] = (event) => handleViewerRequest(event, lookup);
    const fetchApi = (request: Request) => api.fetch(decodePathOnce(request));
    const origins = { api: fetchApi, s3, bucket, incoming, accessKeyId, originSecret, viewerFunction };
    const server = keep(
      await listen(createDelivery(origins), { port }).catch((error) => explain(error, port)),
    );
    keep(compareDaily(ports, comparisonInterval));
    const keyFileName = (await ports.signers[0]?.keyFileName()) ?? '';
    return { url: server.url, keyFileName, standIns };
  });
}

/** As an HTTP API does. Of what percent signs encode, only percent signs may become something else here. */
function decodePathOnce(request: Request): Request {
  const [path = '', ...query] = request.url.split('?');
  return new Request([path.replaceAll('%25', '%'), ...query].join('?'), request);
}

function explain(error: NodeJS.ErrnoException, port: number): never {
  if (error.code !== 'EADDRINUSE') throw error;
  throw new Error(`The port ${port} is in use; choose another one with --port or PORT; 0 is any free one.`, {
    cause: error,
  });
}
