import { performance } from 'node:perf_hooks';
import { ingestAdapters } from '#aws/ingest-adapters.ts';
import { type Endpoints, standInClients } from '#aws/stand-in-clients.ts';
import { createIngestHandler } from '#lambdas/ingest-upload/ingest-handler.ts';
import { errorObserver } from '#local/error-observer.ts';
import type { IngestEnvironment } from '#registry/environment.ts';

/** What a process tells that did nothing but handle the event of one upload. */
export interface Ingestion {
  milliseconds: number;
  peakBytes: number;
}

const [, , connection = '', variables = '', id = ''] = process.argv;
const clients = standInClients(JSON.parse(connection) as Endpoints);
const environment: IngestEnvironment = JSON.parse(variables);
const handle = createIngestHandler({
  ...ingestAdapters(environment, clients, clients),
  clock: Date.now,
  observer: errorObserver((error) => process.stderr.write(`${error}\n`)),
});
const body = JSON.stringify({ Records: [{ s3: { object: { key: id } } }] });
const start = performance.now();
const { batchItemFailures } = await handle({ Records: [{ messageId: id, body }] } as never);
if (batchItemFailures.length > 0) throw new Error('The upload could not be taken care of');
const ingestion: Ingestion = {
  milliseconds: performance.now() - start,
  peakBytes: process.resourceUsage().maxRSS * 1024,
};
process.stdout.write(JSON.stringify(ingestion));
process.exit();
