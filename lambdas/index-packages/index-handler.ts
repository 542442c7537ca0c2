import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { IndexPorts } from '#registry/update-index.ts';
import { type IndexUpdates, updateIndexes } from '#registry/update-indexes.ts';
import { changesIn } from './s3-events.ts';

/** Told what went wrong in a batch, to be logged. */
export type ReportIndexUpdates = (updates: IndexUpdates) => void;

/** The batch handler over given ports, so that Lambda and one machine run the same. */
export const createIndexHandler =
  (ports: IndexPorts, report: ReportIndexUpdates = () => {}) =>
  async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const { changes, unreadable } = changesIn(event);
    const updates = await updateIndexes(changes, ports);
    report(updates);
    const failed = new Set([...updates.failed, ...unreadable]);
    return { batchItemFailures: [...failed].map((id) => ({ itemIdentifier: id })) };
  };
