import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  closeClients,
  type Endpoints,
  type PresigningEndpoint,
  type StandInClients,
  standInClients,
} from '#aws/stand-in-clients.ts';
import type { IndexEnvironment, ReaderEnvironment, UploadEnvironment } from '#registry/environment.ts';
import { type EventDelivery, type EventHandler, openBucketEvents } from './bucket-events.ts';
import { createCloudFrontEndpoint } from './cloudfront-endpoint.ts';
import type { EventQueue } from './event-queue.ts';
import { lockFolder } from './folder-lock.ts';
import { KeyValueStore } from './key-value-store.ts';
import { createKeyValueStoreEndpoint } from './keyvaluestore-endpoint.ts';
import { openKmsEndpoint } from './kms-endpoint.ts';
import { listen } from './listen.ts';
import { PARTS_BUCKET, removeOldUploads } from './multipart-uploads.ts';
import { ObjectStore } from './object-store.ts';
import { openAll } from './open-all.ts';
import { repeat } from './repeat.ts';
import { createS3Endpoint } from './s3-endpoint.ts';
import type { Credentials } from './signature-v4.ts';
import { startTable } from './table.ts';

const REGION = 'local';

const acknowledge: EventHandler = async () => ({ batchItemFailures: [] });

/** What the stand-ins are called. */
export type StandInEnvironment = IndexEnvironment &
  Pick<ReaderEnvironment, 'READERS_ARN'> &
  UploadEnvironment;

type CreateHandler = (clients: StandInClients, connection: Endpoints) => EventHandler;

export interface StandInOptions {
  /** Where everything is kept. */
  folder: string;
  environment: StandInEnvironment;
  delivery: EventDelivery;
  /** Makes what the packages bucket's events are handled by. */
  createHandler: CreateHandler;
  /** Makes what is told of each file in the incoming bucket; without it, nobody is. */
  createIngestHandler?: CreateHandler;
  /** What callers sign with; a random one by default. */
  accessKeyId?: string;
  /** What presigned URLs are made with, whose id users see; random ones by default. */
  presigning?: Credentials;
  onError(error: unknown): void;
  /** Told of the paths whose copies CloudFront is to drop; on one machine there are none. */
  forget?(paths: readonly string[]): void;
  /** Milliseconds between two looks for uploads that nobody has completed; a day by default. */
  cleanupInterval?: number;
}

/** S3, DynamoDB, KMS, SQS and CloudFront's invalidations and key value store on one machine, as far as Alpenglow needs them. */
export interface StandIns {
  clients: StandInClients;
  accessKeyId: string;
  /** What a client must have for its presigned URLs to be taken. */
  presigning: PresigningEndpoint;
  endpoints: { s3: string; dynamodb: string; kms: string; cloudfront: string; keyvaluestore: string };
  /** S3's endpoint without the network. */
  s3(request: Request): Promise<Response>;
  queue: EventQueue;
  /** Of the incoming bucket. */
  ingestQueue: EventQueue;
  /** What the viewer function reads. */
  readers: KeyValueStore;
  close(): Promise<void>;
}

/**
 * Starts them on free ports of loopback, under an access key id of this run.
 * @throws Error when another process has the folder
 */
export function startStandIns(options: StandInOptions): Promise<StandIns> {
  const {
    folder,
    environment,
    delivery,
    createHandler,
    createIngestHandler = () => acknowledge,
    onError,
    forget = () => {},
  } = options;
  return openAll(async (keep) => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    keep(await lockFolder(folder));
    const { accessKeyId = randomUUID() } = options;
    const table = keep(
      await startTable({ folder: join(folder, 'table'), tableName: environment.TABLE_NAME, accessKeyId }),
    );
    const { PACKAGES_BUCKET, INCOMING_BUCKET } = environment;
    const buckets = { packages: PACKAGES_BUCKET, incoming: INCOMING_BUCKET };
    const events = await openBucketEvents({ folder, buckets, delivery, region: REGION, onError });
    const store = await ObjectStore.open(
      join(folder, 'objects'),
      [PACKAGES_BUCKET, INCOMING_BUCKET, PARTS_BUCKET],
      events.announce,
    );
    await removeOldUploads(store);
    keep(repeat(() => removeOldUploads(store), { interval: options.cleanupInterval, onError }));
    const { presigning = { accessKeyId: randomUUID(), secretAccessKey: randomUUID() } } = options;
    const s3 = createS3Endpoint({ store, accessKeyId, presigning, onError });
    const keyIds = environment.SIGNING_KEYS;
    const kms = await openKmsEndpoint({
      folder: join(folder, 'keys'),
      keyIds,
      accessKeyId,
      region: REGION,
      onError,
    });
    const s3Server = keep(await listen(s3));
    const kmsServer = keep(await listen(kms));
    const distributionId = environment.DISTRIBUTION_ID;
    const cloudFrontServer = keep(
      await listen(createCloudFrontEndpoint({ distributionId, accessKeyId, forget })),
    );
    const readers = await KeyValueStore.open(join(folder, 'readers'));
    const arn = environment.READERS_ARN;
    const keyValueStoreServer = keep(
      await listen(createKeyValueStoreEndpoint({ store: readers, arn, accessKeyId, onError })),
    );
    const endpoints = {
      s3: s3Server.url,
      dynamodb: table.endpoint,
      kms: kmsServer.url,
      cloudfront: cloudFrontServer.url,
      keyvaluestore: keyValueStoreServer.url,
    };
    const connection = { ...endpoints, region: REGION, accessKeyId };
    const clients = standInClients(connection, presigning);
    keep({ close: () => closeClients(clients) });
    events.handlers.index = createHandler(clients, connection);
    events.handlers.ingest = createIngestHandler(clients, connection);
    for (const { queue, resume } of [events.packages, events.incoming]) {
      keep(queue);
      resume();
    }
    return {
      clients,
      accessKeyId,
      presigning: { endpoint: s3Server.url, region: REGION, credentials: presigning },
      endpoints,
      s3,
      queue: events.packages.queue,
      ingestQueue: events.incoming.queue,
      readers,
    };
  });
}
