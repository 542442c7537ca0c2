import { join } from 'node:path';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { EventQueueOptions } from './event-queue.ts';
import { openEventSource } from './event-source.ts';
import { announceTo } from './s3-event.ts';

export type EventHandler = (event: SQSEvent) => Promise<SQSBatchResponse>;

/** How events are delivered. */
export type EventDelivery = Pick<EventQueueOptions, 'batchWindow' | 'duplicate' | 'shuffle' | 'concurrency'>;

interface BucketEventsOptions {
  /** Where they are kept. */
  folder: string;
  /** The names of the buckets. */
  buckets: { packages: string; incoming: string };
  delivery: EventDelivery;
  region: string;
  onError(error: unknown): void;
}

/**
 * What the two buckets tell, and whom: every change of a package file, and every file that comes in, one at
 * a time. Set the handlers before the queues are resumed.
 */
export async function openBucketEvents({ folder, buckets, delivery, region, onError }: BucketEventsOptions) {
  const handlers: Record<'index' | 'ingest', EventHandler> = { index: notYet, ingest: notYet };
  const shared = { ...delivery, region, onError };
  const packages = await openEventSource({
    ...shared,
    folder: join(folder, 'events'),
    handler: (event) => handlers.index(event),
    queueArn: queueArn('index-packages'),
  });
  const incoming = await openEventSource({
    ...shared,
    folder: join(folder, 'events-incoming'),
    handler: (event) => handlers.ingest(event),
    queueArn: queueArn('ingest-uploads'),
    batchSize: 1,
    concurrency: 2,
  });
  const announce = announceTo(
    [
      { bucket: buckets.packages, events: ['ObjectCreated:', 'ObjectRemoved:'], suffix: '.apk', ...packages },
      { bucket: buckets.incoming, events: ['ObjectCreated:'], suffix: '', ...incoming },
    ],
    region,
  );
  return { packages, incoming, announce, handlers };

  function queueArn(name: string) {
    return `arn:aws:sqs:${region}:000000000000:${name}`;
  }
}

/** The event comes back. */
const notYet: EventHandler = async () => {
  throw new Error('Nobody handles events yet');
};
