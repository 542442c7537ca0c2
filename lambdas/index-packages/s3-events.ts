import type { SQSEvent } from 'aws-lambda';
import { parsePackageKey } from '#registry/object-keys.ts';
import type { Change } from '#registry/update-indexes.ts';
import { type AnnouncedObject, objectsIn } from '../s3-notifications.ts';

export interface Changes {
  changes: Change[];
  /** Ids of messages that are no S3 notification; they end in the dead-letter queue. */
  unreadable: string[];
}

/** The package files that a batch of S3 event notifications is about. */
export function changesIn(batch: SQSEvent): Changes {
  const { objects, unreadable } = objectsIn(batch);
  return { changes: objects.flatMap(changeOf), unreadable };
}

function changeOf({ messageId: id, key, ...announcement }: AnnouncedObject): Change[] {
  const file = parsePackageKey(key);
  return file === undefined ? [] : [{ id, file, ...announcement }];
}
