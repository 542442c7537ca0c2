import type { SQSEvent } from 'aws-lambda';
import { CloudWatchObserver } from '#aws/cloudwatch-observer.ts';
import { ingestAdapters } from '#aws/ingest-adapters.ts';
import { readIngestEnvironment } from '#registry/environment.ts';
import { createIngestHandler } from './ingest-handler.ts';

const environment = readIngestEnvironment();
const observer = new CloudWatchObserver(environment.REGISTRY_NAME);
const handleBatch = createIngestHandler({ ...ingestAdapters(environment), clock: Date.now, observer });

/** Lambda's entry: S3 event notifications by way of SQS, with partial batch failures. */
export const handler = observer.watch((event: SQSEvent) => handleBatch(event));
