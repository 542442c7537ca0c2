import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { RunningRegistry } from '#test/support/running-registry.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { INDEX_WRITTEN } from './index-written.ts';
import { type Load, type LoadTimes, publishLoad, sendLoad } from './publish-load.ts';
import { spreadOf } from './quantile.ts';
import { timeScriptPublishes } from './script-publishes.ts';
import { tableOf } from './table.ts';

const CONNECTIONS = 32;
const ALONE: Load = { name: 'alone', count: 100, connections: 1 };
const TOGETHER: Load = { name: 'together', count: 320, connections: CONNECTIONS };
const BURST: Load = { name: 'burst', count: 1000, connections: CONNECTIONS };
/** Before them, so that no code runs for the first time while it is measured. */
const WARMING: Load = { name: 'warming', count: 40, connections: 4 };

const COLUMNS = ['publish', 'n', 'to 201: p50 ms', 'p95', 'max', 'to listed: p50 ms', 'p95', 'max'];
const BURST_COLUMNS = ['burst', 'n', 'last 201, s', 'all listed, s', 'publishes a second', 'index writes'];

/**
 * What a publish takes until it is answered 201 and until an index lists it, one at a time and many at once, and a
 * burst: by a registry in a process of its own, seen by a client in another. Beside it a server that only hashes a
 * file and writes it to the disk with fsync, and where there is an apk, what a script does: `apk index -x`, unsigned.
 */
export async function benchPublish(apk: string | undefined): Promise<string[]> {
  const { folder, remove } = await temporaryFolder();
  const registry = new RunningRegistry(async (data) => [
    '--import',
    'tsx',
    'bench/children/serve-counted.ts',
    data,
  ]);
  const floor = spawn(process.execPath, ['--import', 'tsx', 'bench/children/hash-and-store.ts', folder]);
  try {
    const [url] = await Promise.all([addressOf(floor), registry.start()]);
    const store = async (body: Buffer) => (await fetch(url, { method: 'PUT', body })).status;
    await Promise.all([publishLoad(WARMING, registry), sendLoad(WARMING, store)]);
    const rows: string[][] = [];
    for (const load of [ALONE, TOGETHER]) {
      rows.push(rowOf('publish', load, await publishLoad(load, registry)));
      rows.push(rowOf('hash, write, fsync', load, await sendLoad(load, store)));
    }
    if (apk !== undefined) {
      const listed = await timeScriptPublishes(apk, ALONE.count, folder);
      rows.push(rowOf('apk index -x', ALONE, { answered: [], listed }));
    }
    const before = indexWrites(registry);
    const burst = await publishLoad(BURST, registry);
    const writes = indexWrites(registry) - before;
    return [...tableOf(COLUMNS, rows), '', ...tableOf(BURST_COLUMNS, [burstRow(burst, writes)])];
  } finally {
    floor.kill();
    await registry.close();
    await remove();
  }
}

/** Where a program listens, as it prints. */
async function addressOf({ stdout }: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: stdout as NonNullable<typeof stdout> })) {
    const [, url] = /^ready on (\S+)$/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('It ended before it was ready');
}

const indexWrites = ({ output }: RunningRegistry): number => output.split(INDEX_WRITTEN).length - 1;

function rowOf(
  what: string,
  { connections, count }: Load,
  { answered, listed }: Pick<LoadTimes, 'answered' | 'listed'>,
): string[] {
  const spread = (times: number[]) => (times.length === 0 ? ['', '', ''] : spreadOf(times));
  return [`${what}, ${connections} at a time`, String(count), ...spread(answered), ...spread(listed)];
}

const burstRow = ({ lastAnswered, allListed }: LoadTimes, writes: number): string[] => [
  `publish, ${BURST.connections} at a time`,
  String(BURST.count),
  ...[lastAnswered, allListed].map((milliseconds) => (milliseconds / 1000).toFixed(1)),
  (BURST.count / (lastAnswered / 1000)).toFixed(0),
  String(writes),
];
