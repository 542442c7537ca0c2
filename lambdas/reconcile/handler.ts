import type { ScheduledEvent } from 'aws-lambda';
import { indexAdapters } from '#aws/index-adapters.ts';
import { readerAdapters } from '#aws/reader-adapters.ts';
import { readIndexEnvironment, readReaderEnvironment } from '#registry/environment.ts';
import { createReconcileHandler } from './reconcile-handler.ts';

const handleSchedule = createReconcileHandler({
  ...indexAdapters(readIndexEnvironment()),
  ...readerAdapters(readReaderEnvironment()),
  clock: Date.now,
});

/** Lambda's entry: EventBridge's daily event; what is in it does not matter. */
export const handler = async (_event: ScheduledEvent): Promise<void> => handleSchedule();
