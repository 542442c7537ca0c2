/**
 * Updates indexes for the changes on standard input, one in JSON a line, a few at a time, until the input
 * ends and all are handled. Prints how often another worker had changed an index first. Argument: JSON of
 * the endpoints and the environment.
 */
import { createInterface } from 'node:readline';
import { indexAdapters } from '#aws/index-adapters.ts';
import { closeClients, type Endpoints, standInClients } from '#aws/stand-in-clients.ts';
import type { IndexEnvironment } from '#registry/environment.ts';
import type { Observer } from '#registry/observer.ts';
import { type Change, updateIndexes } from '#registry/update-indexes.ts';
import { silentObserver } from '#test/support/registry-ports.ts';

const BATCH = 5;

const { endpoints, environment }: { endpoints: Endpoints; environment: IndexEnvironment } = JSON.parse(
  process.argv[2] ?? '',
);
const clients = standInClients(endpoints);

let conflicts = 0;
const observer: Observer = {
  ...silentObserver,
  indexContended: () => {
    conflicts += 1;
  },
};
const ports = { ...indexAdapters(environment, clients), observer };

const changes: Change[] = [];
let isOver = false;
let wake = () => {};
const input = createInterface({ input: process.stdin });
input.on('line', (line) => {
  changes.push(JSON.parse(line));
  wake();
});
input.on('close', () => {
  isOver = true;
  wake();
});

for (;;) {
  const batch = changes.splice(0, BATCH);
  if (batch.length > 0) {
    const { failed } = await updateIndexes(batch, ports);
    changes.push(...batch.filter(({ id }) => failed.includes(id)));
  } else if (isOver) {
    break;
  } else {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}
process.stdout.write(`${conflicts}\n`);
closeClients(clients);
