/** Preloaded into a registry: at SIGUSR2 it collects its garbage, and prints how many bytes are left. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

process.on('SIGUSR2', () => {
  collectGarbage();
  process.stdout.write(`Heap after collection: ${process.memoryUsage().heapUsed}\n`);
});
