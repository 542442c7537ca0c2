import type { S3Event, S3EventRecord, SQSEvent, SQSRecord } from 'aws-lambda';

/** An object that was stored or removed, as its bucket announces it. */
export interface AnnouncedObject {
  /** Of the message that says it. */
  messageId: string;
  key: string;
  /** Epoch milliseconds; `undefined` when the notification does not say. */
  announcedAt: number | undefined;
  /** Somebody had the message before. */
  isRedelivered: boolean;
}

export interface Announcements {
  objects: AnnouncedObject[];
  /** Ids of messages that are no S3 notification; they end in the dead-letter queue. */
  unreadable: string[];
}

/** What a batch of S3 event notifications is about. */
export function objectsIn({ Records }: SQSEvent): Announcements {
  const objects: AnnouncedObject[] = [];
  const unreadable: string[] = [];
  for (const message of Records) {
    try {
      objects.push(...recordsIn(message.body).map((record) => announced(message, record)));
    } catch {
      unreadable.push(message.messageId);
    }
  }
  return { objects, unreadable };
}

/** S3's test event has none. */
function recordsIn(body: string): S3EventRecord[] {
  const { Records = [] } = JSON.parse(body) as Partial<S3Event>;
  return Records;
}

/**
 * Keys in a notification are URL-encoded, with a plus for a space.
 * Source: Amazon S3 User Guide, "Event message structure".
 */
const announced = (
  { messageId, attributes }: SQSRecord,
  { s3, eventTime }: S3EventRecord,
): AnnouncedObject => ({
  messageId,
  key: decodeURIComponent(s3.object.key.replaceAll('+', ' ')),
  announcedAt: timeOf(eventTime),
  isRedelivered: Number(attributes.ApproximateReceiveCount) > 1,
});

/** A notification whose time cannot be read is as good as another; only its age is not known. */
function timeOf(eventTime: string | undefined): number | undefined {
  const time = Date.parse(eventTime ?? '');
  return Number.isNaN(time) ? undefined : time;
}
