import type { SQSEvent } from 'aws-lambda';
import { CloudWatchObserver } from '#aws/cloudwatch-observer.ts';
import { indexAdapters } from '#aws/index-adapters.ts';
import { readIndexEnvironment } from '#registry/environment.ts';
import { createIndexHandler } from './index-handler.ts';

const environment = readIndexEnvironment();
const observer = new CloudWatchObserver(environment.REGISTRY_NAME);
const handleBatch = createIndexHandler({ ...indexAdapters(environment), observer });

/** Lambda's entry: S3 event notifications by way of SQS, with partial batch failures. */
export const handler = observer.watch((event: SQSEvent) => handleBatch(event));
