import type { Context } from 'aws-lambda';
import { CloudWatchObserver } from '#aws/cloudwatch-observer.ts';
import { indexAdapters } from '#aws/index-adapters.ts';
import { readerAdapters } from '#aws/reader-adapters.ts';
import { readIndexEnvironment, readReaderEnvironment } from '#registry/environment.ts';
import { createMaintenanceHandler } from './maintenance-handler.ts';

const environment = readIndexEnvironment();
const observer = new CloudWatchObserver(environment.REGISTRY_NAME);
const handleEvent = createMaintenanceHandler({
  ...indexAdapters(environment),
  ...readerAdapters(readReaderEnvironment()),
  clock: Date.now,
  observer,
});

/** Lambda's entry: EventBridge's events, what an operator asks for, and what the API does. */
export const handler = observer.watch((event: unknown, context: Context) =>
  handleEvent(event, context.getRemainingTimeInMillis()),
);
