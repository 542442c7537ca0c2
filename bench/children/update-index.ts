import { performance } from 'node:perf_hooks';
import { indexAdapters } from '#aws/index-adapters.ts';
import { type Endpoints, standInClients } from '#aws/stand-in-clients.ts';
import { errorObserver } from '#local/error-observer.ts';
import type { IndexEnvironment } from '#registry/environment.ts';
import type { IndexName, PackageFileName } from '#registry/ports.ts';
import { rebuildIndex } from '#registry/update-index.ts';
import { updateIndexes } from '#registry/update-indexes.ts';
import { peakBytes } from '../peak-bytes.ts';
import { median } from '../quantile.ts';

/** What a process is to do: rebuild an index of all its records, or tell it of one file after the other. */
export type IndexWork = { rebuild: IndexName } | { update: PackageFileName[] };

/** What a process tells that did it and nothing else; S3, DynamoDB and KMS were in another. */
export interface IndexWorked {
  milliseconds: number;
  peakBytes: number;
}

const [, , connection = '', variables = '', asked = ''] = process.argv;
const clients = standInClients(JSON.parse(connection) as Endpoints);
const environment: IndexEnvironment = JSON.parse(variables);
const work: IndexWork = JSON.parse(asked);
const observer = errorObserver((error) => process.stderr.write(`${error}\n`));
const ports = { ...indexAdapters(environment, clients), observer };

const steps =
  'rebuild' in work
    ? [async () => void (await rebuildIndex(work.rebuild, ports))]
    : work.update.map((file) => async () => {
        const { failures } = await updateIndexes([{ id: 'one', file }], ports);
        if (failures.length > 0) throw failures[0]?.error;
      });
const times: number[] = [];
for (const step of steps) {
  const start = performance.now();
  await step();
  times.push(performance.now() - start);
}
const worked: IndexWorked = { milliseconds: median(times), peakBytes: peakBytes() };
process.stdout.write(JSON.stringify(worked));
process.exit();
