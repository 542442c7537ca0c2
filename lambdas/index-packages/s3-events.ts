import type { S3Event, S3EventRecord, SQSEvent } from 'aws-lambda';
import { parsePackageKey } from '#registry/object-keys.ts';
import type { Change } from '#registry/update-indexes.ts';

export interface Changes {
  changes: Change[];
  /** Ids of messages that are no S3 notification; they end in the dead-letter queue. */
  unreadable: string[];
}

/** The package files that a batch of S3 event notifications is about. */
export function changesIn({ Records }: SQSEvent): Changes {
  const changes: Change[] = [];
  const unreadable: string[] = [];
  for (const { messageId, body } of Records) {
    try {
      changes.push(...recordsIn(body).flatMap((record) => changeOf(messageId, record)));
    } catch {
      unreadable.push(messageId);
    }
  }
  return { changes, unreadable };
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
function changeOf(id: string, { s3, eventTime }: S3EventRecord): Change[] {
  const file = parsePackageKey(decodeURIComponent(s3.object.key.replaceAll('+', ' ')));
  return file === undefined ? [] : [{ id, file, announcedAt: timeOf(eventTime) }];
}

/** A notification whose time cannot be read is as good as another; only its age is not known. */
function timeOf(eventTime: string | undefined): number | undefined {
  const time = Date.parse(eventTime ?? '');
  return Number.isNaN(time) ? undefined : time;
}
