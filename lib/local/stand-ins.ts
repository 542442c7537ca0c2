import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { closeClients, type Endpoints, type StandInClients, standInClients } from '#aws/stand-in-clients.ts';
import type { IndexEnvironment, ReaderEnvironment } from '#registry/environment.ts';
import { createCloudFrontEndpoint } from './cloudfront-endpoint.ts';
import { EventJournal } from './event-journal.ts';
import { EventQueue, type EventQueueOptions } from './event-queue.ts';
import { lockFolder } from './folder-lock.ts';
import { KeyValueStore } from './key-value-store.ts';
import { createKeyValueStoreEndpoint } from './keyvaluestore-endpoint.ts';
import { openKmsEndpoint } from './kms-endpoint.ts';
import { listen } from './listen.ts';
import { ObjectStore } from './object-store.ts';
import { openAll } from './open-all.ts';
import { createS3Endpoint } from './s3-endpoint.ts';
import { announceTo } from './s3-event.ts';
import { startTable } from './table.ts';

const REGION = 'local';

type EventHandler = (event: SQSEvent) => Promise<SQSBatchResponse>;

/** How the events of the packages bucket are delivered. */
export type EventDelivery = Pick<EventQueueOptions, 'batchWindow' | 'duplicate' | 'shuffle' | 'concurrency'>;

export interface StandInOptions {
  /** Where everything is kept. */
  folder: string;
  environment: IndexEnvironment & Pick<ReaderEnvironment, 'READERS_ARN'>;
  delivery: EventDelivery;
  /** Makes what the packages bucket's events are handled by. */
  createHandler(clients: StandInClients, connection: Endpoints): EventHandler;
  onError(error: unknown): void;
  /** Told of the paths whose copies CloudFront is to drop; on one machine there are none. */
  forget?(paths: readonly string[]): void;
}

/** S3, DynamoDB, KMS, SQS and CloudFront's invalidations and key value store on one machine, as far as Alpenglow needs them. */
export interface StandIns {
  clients: StandInClients;
  accessKeyId: string;
  endpoints: { s3: string; dynamodb: string; kms: string; cloudfront: string; keyvaluestore: string };
  /** S3's endpoint without the network. */
  s3(request: Request): Promise<Response>;
  queue: EventQueue;
  /** What the viewer function reads. */
  readers: KeyValueStore;
  close(): Promise<void>;
}

/**
 * Starts them on free ports of loopback, under an access key id of this run.
 * @throws Error when another process has the folder
 */
export function startStandIns(options: StandInOptions): Promise<StandIns> {
  const { folder, environment, delivery, createHandler, onError, forget = () => {} } = options;
  return openAll(async (keep) => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    keep(await lockFolder(folder));
    const accessKeyId = randomUUID();
    const table = keep(
      await startTable({ folder: join(folder, 'table'), tableName: environment.TABLE_NAME, accessKeyId }),
    );
    const journal = await EventJournal.open(join(folder, 'events'));
    let handler: EventHandler;
    const queue = new EventQueue({
      ...delivery,
      handler: (event) => handler(event),
      acknowledge: (entry) => journal.remove(entry),
      onError,
      queueArn: `arn:aws:sqs:${REGION}:000000000000:index-packages`,
      region: REGION,
      retryDelay: 200,
      maxRetryDelay: 30_000,
    });
    const notification = { bucket: environment.PACKAGES_BUCKET, suffix: '.apk', journal, queue };
    const announce = announceTo([notification], REGION);
    const store = await ObjectStore.open(join(folder, 'objects'), [environment.PACKAGES_BUCKET], announce);
    const s3 = createS3Endpoint({ store, accessKeyId, onError });
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
    const clients = standInClients(connection);
    keep({ close: () => closeClients(clients) });
    handler = createHandler(clients, connection);
    keep(queue);
    for (const entry of journal.leftovers) queue.send(entry);
    return { clients, accessKeyId, endpoints, s3, queue, readers };
  });
}
