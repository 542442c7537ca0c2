import type { Context } from 'aws-lambda';
import { adapters } from '#aws/adapters.ts';
import { readEnvironment } from '#registry/environment.ts';
import { createReconcileHandler } from './reconcile-handler.ts';

const handleEvent = createReconcileHandler({ ...adapters(readEnvironment()), clock: Date.now });

/** Lambda's entry: EventBridge's daily event, or an operator's `{"adopt": "PREFIX"}`. */
export const handler = async (event: unknown, context: Context) =>
  handleEvent(event, context.getRemainingTimeInMillis());
