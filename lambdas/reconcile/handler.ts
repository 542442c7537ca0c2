import type { ScheduledEvent } from 'aws-lambda';
import { adapters } from '#aws/adapters.ts';
import { readEnvironment } from '#registry/environment.ts';
import { createReconcileHandler } from './reconcile-handler.ts';

const handleSchedule = createReconcileHandler({ ...adapters(readEnvironment()), clock: Date.now });

/** Lambda's entry: EventBridge's daily event; what is in it does not matter. */
export const handler = async (_event: ScheduledEvent): Promise<void> => handleSchedule();
