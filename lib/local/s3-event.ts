import { randomUUID } from 'node:crypto';
import type { S3EventRecord } from 'aws-lambda';
import type { EventJournal } from './event-journal.ts';
import type { EventQueue } from './event-queue.ts';
import type { Announce, ObjectChange } from './object-store.ts';

/** Where the changes of a bucket go, as in an S3 bucket's notification configuration. */
export interface Notification {
  bucket: string;
  /** How the events that it is about begin. */
  events: readonly ('ObjectCreated:' | 'ObjectRemoved:')[];
  /** The end of the keys it is about. */
  suffix: string;
  journal: EventJournal;
  queue: EventQueue;
}

/** Writes each change down before it happens, and queues it once it has. */
export function announceTo(notifications: readonly Notification[], region: string): Announce {
  const nextSequencer = sequencers();
  return async (change) => {
    const found = notifications.find(
      ({ bucket, events, suffix }) =>
        bucket === change.bucket &&
        events.some((event) => change.event.startsWith(event)) &&
        change.object.key.endsWith(suffix),
    );
    if (!found) return () => {};
    const entry = await found.journal.write(eventRecord(change, nextSequencer(), region));
    return () => found.queue.send(entry);
  };
}

/**
 * The notification that S3 would send.
 * Source: S3 User Guide, "Event message structure".
 */
export function eventRecord(
  { bucket, event, object }: ObjectChange,
  sequencer: string,
  region: string,
): S3EventRecord {
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: region,
    eventTime: new Date().toISOString(),
    eventName: event,
    userIdentity: { principalId: 'local' },
    requestParameters: { sourceIPAddress: '127.0.0.1' },
    responseElements: { 'x-amz-request-id': randomUUID(), 'x-amz-id-2': randomUUID() },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'local',
      bucket: { name: bucket, ownerIdentity: { principalId: 'local' }, arn: `arn:aws:s3:::${bucket}` },
      object: {
        key: encodeKey(object.key),
        size: object.size,
        eTag: object.etag.replaceAll('"', ''),
        sequencer,
      },
    },
  };
}

/**
 * How S3 writes keys in events and in listings with `encoding-type=url`: as in a form, a space is `+`.
 * Source: S3 User Guide, "Event message structure": "The object key name is URL encoded".
 */
export const encodeKey = (key: string) =>
  encodeURIComponent(key)
    .replace(/[!'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/');

/** Hex numbers of one length that only grow, over restarts too as long as the clock does: their order is time's. */
function sequencers(): () => string {
  let last = 0;
  return () => {
    last = Math.max(last + 1, Date.now() * 1000);
    return last.toString(16).toUpperCase().padStart(16, '0');
  };
}
