import type { ScheduledEvent } from 'aws-lambda';
import { CloudWatchObserver } from '#aws/cloudwatch-observer.ts';
import { indexAdapters } from '#aws/index-adapters.ts';
import { readIndexEnvironment } from '#registry/environment.ts';
import { createReconcileHandler } from './reconcile-handler.ts';

const environment = readIndexEnvironment();
const observer = new CloudWatchObserver(environment.REGISTRY_NAME);
const handleSchedule = createReconcileHandler({ ...indexAdapters(environment), clock: Date.now, observer });

/** Lambda's entry: EventBridge's daily event; what is in it does not matter. */
export const handler = observer.watch((_event: ScheduledEvent) => handleSchedule());
