import { randomUUID } from 'node:crypto';
import { indexAdapters } from '#aws/index-adapters.ts';
import { createApi } from '#lambdas/api/app.ts';
import { MAX_UPLOAD_BYTES } from '#lambdas/api/upload-limit.ts';
import { createIndexHandler } from '#lambdas/index-packages/index-handler.ts';
import { HttpsIssuers } from '#oidc/https-issuers.ts';
import { bootstrapCredentials } from '#registry/authorize.ts';
import { eitherCredentials } from '#registry/either-credentials.ts';
import type { IndexEnvironment } from '#registry/environment.ts';
import type { IssuerRules } from '#registry/issuer-url.ts';
import { oidcCredentials } from '#registry/oidc-credentials.ts';
import { createDelivery } from './delivery.ts';
import { listen } from './listen.ts';
import { openAll } from './open-all.ts';
import { type EventDelivery, type StandIns, startStandIns } from './stand-ins.ts';

export interface RegistryOptions extends IssuerRules {
  /** 0 for a free one. */
  port: number;
  /** The folder that everything is kept in. */
  folder: string;
  /** Has every right. */
  token: string;
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
export const LOCAL_ENVIRONMENT: IndexEnvironment = {
  PACKAGES_BUCKET: 'packages',
  TABLE_NAME: 'alpenglow',
  SIGNING_KEYS: ['signing-key'],
  REGISTRY_NAME: 'alpenglow',
  DISTRIBUTION_ID: 'one-machine',
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
  onError,
  delivery,
  signingKeys = LOCAL_ENVIRONMENT.SIGNING_KEYS,
  allowHttpIssuers,
}: RegistryOptions): Promise<RunningRegistry> {
  const environment = { ...LOCAL_ENVIRONMENT, SIGNING_KEYS: [...signingKeys] };
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
    const ports = { ...indexAdapters(environment, standIns.clients), clock: Date.now };
    const jwts = oidcCredentials({ ...ports, issuers: new HttpsIssuers({ allowHttpIssuers }) });
    const originSecret = randomUUID();
    const api = createApi({
      ...ports,
      credentials: eitherCredentials(jwts, bootstrapCredentials(token)),
      trust: { ...ports, jwts, allowHttpIssuers },
      originSecret,
      maxUploadBytes: MAX_UPLOAD_BYTES,
      logError: onError,
    });
    const { s3, accessKeyId } = standIns;
    const bucket = environment.PACKAGES_BUCKET;
    const origins = { api: (request: Request) => api.fetch(request), s3, bucket, accessKeyId, originSecret };
    const server = keep(
      await listen(createDelivery(origins), { port }).catch((error) => explain(error, port)),
    );
    const keyFileName = (await ports.signers[0]?.keyFileName()) ?? '';
    return { url: server.url, keyFileName, standIns };
  });
}

function explain(error: NodeJS.ErrnoException, port: number): never {
  if (error.code !== 'EADDRINUSE') throw error;
  throw new Error(`The port ${port} is in use; choose another one: PORT=8081 npm start`, { cause: error });
}
