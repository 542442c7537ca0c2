import { performance } from 'node:perf_hooks';
import { ingestAdapters } from '#aws/ingest-adapters.ts';
import { type Endpoints, standInClients } from '#aws/stand-in-clients.ts';
import { createIngestHandler } from '#lambdas/ingest-upload/ingest-handler.ts';
import { errorObserver } from '#local/error-observer.ts';
import type { IngestEnvironment } from '#registry/environment.ts';
import { peakBytes } from '../peak-bytes.ts';

/** What a process tells that did nothing but handle the event of one upload. */
export interface Ingestion {
  milliseconds: number;
  /** Of them, until the bucket had copied the file: S3's work, and here its stand-in's. */
  copyMilliseconds: number;
  peakBytes: number;
}

const [, , connection = '', variables = '', id = ''] = process.argv;
const clients = standInClients(JSON.parse(connection) as Endpoints);
const environment: IngestEnvironment = JSON.parse(variables);
const adapters = ingestAdapters(environment, clients, clients);
let copyMilliseconds = 0;
const copy = adapters.packages.copy.bind(adapters.packages);
adapters.packages.copy = async (...asked) => {
  const begin = performance.now();
  return copy(...asked).finally(() => {
    copyMilliseconds = performance.now() - begin;
  });
};
const handle = createIngestHandler({
  ...adapters,
  clock: Date.now,
  observer: errorObserver((error) => process.stderr.write(`${error}\n`)),
});
const body = JSON.stringify({ Records: [{ s3: { object: { key: id } } }] });
const start = performance.now();
const message = { messageId: id, body, attributes: { ApproximateReceiveCount: '1' } };
const { batchItemFailures } = await handle({ Records: [message] } as never);
if (batchItemFailures.length > 0) throw new Error('The upload could not be taken care of');
const ingestion: Ingestion = {
  milliseconds: performance.now() - start,
  copyMilliseconds,
  peakBytes: peakBytes(),
};
process.stdout.write(JSON.stringify(ingestion));
process.exit();
