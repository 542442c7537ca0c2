import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { IndexPorts } from '#registry/update-index.ts';
import { updateIndexes } from '#registry/update-indexes.ts';
import { indexErrors } from './index-errors.ts';
import { changesIn } from './s3-events.ts';

/** The batch handler over given ports, so that Lambda and one machine run the same. */
export const createIndexHandler =
  (ports: IndexPorts) =>
  async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const { changes, unreadable } = changesIn(event);
    const updates = await updateIndexes(changes, ports);
    for (const error of indexErrors(updates, unreadable)) ports.observer.failed(error);
    const failed = new Set([...updates.failed, ...unreadable]);
    return { batchItemFailures: [...failed].map((id) => ({ itemIdentifier: id })) };
  };
