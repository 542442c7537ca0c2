import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { type IngestPorts, ingestUpload } from '#registry/ingest-upload.ts';
import { objectsIn } from '../s3-notifications.ts';

/** The batch handler over given ports, so that Lambda and one machine run the same. */
export const createIngestHandler =
  (ports: IngestPorts) =>
  async (batch: SQSEvent): Promise<SQSBatchResponse> => {
    const { objects, unreadable } = objectsIn(batch);
    for (const id of unreadable)
      ports.observer.failed(new Error(`The message ${id} is no notification of S3`));
    const failed = new Set(unreadable);
    for (const { messageId, key } of objects) {
      try {
        await ingestUpload(key, ports);
      } catch (cause) {
        failed.add(messageId);
        ports.observer.failed(new Error(`The upload ${key} could not be taken care of`, { cause }));
      }
    }
    return { batchItemFailures: [...failed].map((id) => ({ itemIdentifier: id })) };
  };
