import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { indexAdapters } from '#aws/index-adapters.ts';
import { readIndexEnvironment } from '#registry/environment.ts';
import { createIndexHandler } from './index-handler.ts';
import { logError } from './log-error.ts';

const handleBatch = createIndexHandler(indexAdapters(readIndexEnvironment()), logError);

/** Lambda's entry: S3 event notifications by way of SQS, with partial batch failures. */
export const handler = async (event: SQSEvent): Promise<SQSBatchResponse> => handleBatch(event);
