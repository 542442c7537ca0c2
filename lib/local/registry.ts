import { createHash, randomUUID } from 'node:crypto';
import { indexAdapters } from '#aws/index-adapters.ts';
import { readerAdapters } from '#aws/reader-adapters.ts';
import { createApi } from '#lambdas/api/app.ts';
import { MAX_UPLOAD_BYTES } from '#lambdas/api/upload-limit.ts';
import { tokenId } from '#lambdas/edge/reader-token.ts';
import { createIndexHandler } from '#lambdas/index-packages/index-handler.ts';
import { bootstrapCredentials } from '#registry/authorize.ts';
import type { IndexEnvironment, ReaderEnvironment } from '#registry/environment.ts';
import type { Visibility } from '#registry/readers.ts';
import { reconcileReaders } from '#registry/reconcile-readers.ts';
import { EVERYTHING } from '#registry/rights.ts';
import { createDelivery } from './delivery.ts';
import { listen } from './listen.ts';
import { openAll } from './open-all.ts';
import { type EventDelivery, type StandIns, startStandIns } from './stand-ins.ts';
import { viewerLookup } from './viewer-function.ts';

export interface RegistryOptions {
  /** 0 for a free one. */
  port: number;
  /** The folder that everything is kept in. */
  folder: string;
  /** Has every right. */
  token: string;
  /** Of owners that nothing else is said of; `public` by default. */
  visibility?: Visibility;
  onError(error: unknown): void;
  delivery?: Partial<EventDelivery>;
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
export const LOCAL_ENVIRONMENT: IndexEnvironment & ReaderEnvironment = {
  PACKAGES_BUCKET: 'packages',
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
}: RegistryOptions): Promise<RunningRegistry> {
  const environment = {
    ...LOCAL_ENVIRONMENT,
    SIGNING_KEYS: [...signingKeys],
    DEFAULT_VISIBILITY: visibility,
  };
  return openAll(async (keep) => {
    const standIns = keep(
      await startStandIns({
        folder,
        environment,
        delivery: { batchWindow: BATCH_WINDOW_MS, ...delivery },
        createHandler: (clients) => createIndexHandler(indexAdapters(environment, clients), onError),
        onError,
      }),
    );
    const ports = {
      ...indexAdapters(environment, standIns.clients),
      ...readerAdapters(environment, standIns.clients),
    };
    // Nothing compares them daily here, and another visibility or token may have been given.
    await reconcileReaders({ ...ports, tokens: { list: async () => [startToken(token)] } });
    const originSecret = randomUUID();
    const api = createApi({
      ...ports,
      credentials: bootstrapCredentials(token),
      clock: Date.now,
      originSecret,
      maxUploadBytes: MAX_UPLOAD_BYTES,
      logError: onError,
    });
    const { s3, accessKeyId } = standIns;
    const bucket = environment.PACKAGES_BUCKET;
    const lookup = viewerLookup(standIns.readers);
    const fetchApi = (request: Request) => api.fetch(request);
    const origins = { api: fetchApi, s3, bucket, accessKeyId, originSecret, lookup };
    const server = keep(
      await listen(createDelivery(origins), { port }).catch((error) => explain(error, port)),
    );
    const keyFileName = (await ports.signers[0]?.keyFileName()) ?? '';
    return { url: server.url, keyFileName, standIns };
  });
}

/** What the viewer function is to know of the token that the registry is started with. */
const startToken = (token: string) => ({
  id: tokenId(token),
  sha256: createHash('sha256').update(token).digest('hex'),
  grants: EVERYTHING,
});

function explain(error: NodeJS.ErrnoException, port: number): never {
  if (error.code !== 'EADDRINUSE') throw error;
  throw new Error(`The port ${port} is in use; choose another one: PORT=8081 npm start`, { cause: error });
}
