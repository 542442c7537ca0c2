import type { S3Event, SQSEvent } from 'aws-lambda';
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
      changes.push(...keysIn(body).flatMap((key) => changeOf(messageId, key)));
    } catch {
      unreadable.push(messageId);
    }
  }
  return { changes, unreadable };
}

/**
 * Keys in a notification are URL-encoded, with a plus for a space; S3's test event has no records.
 * Source: Amazon S3 User Guide, "Event message structure".
 */
function keysIn(body: string): string[] {
  const { Records = [] } = JSON.parse(body) as Partial<S3Event>;
  return Records.map(({ s3 }) => decodeURIComponent(s3.object.key.replaceAll('+', ' ')));
}

function changeOf(id: string, key: string): Change[] {
  const file = parsePackageKey(key);
  return file === undefined ? [] : [{ id, file }];
}
