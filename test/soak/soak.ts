import { setTimeout as pause } from 'node:timers/promises';
import { apkPath, keysOf } from '#test/support/apk-client.ts';
import { RunningRegistry } from '#test/support/running-registry.ts';
import { until } from '#test/support/until.ts';
import { ApkReader } from './apk-reader.ts';
import { Disturbances } from './disturbances.ts';
import { Findings } from './findings.ts';
import { killAtRandom } from './killer.ts';
import { Ledger } from './ledger.ts';
import { load, publishFirst } from './load.ts';
import { HEAP_REPORT, heapAfterCollection, type MemorySample, WARM_UP_SHARE, watchMemory } from './memory.ts';
import { PRIVATE, REPOSITORIES } from './places.ts';
import { Random } from './random.ts';
import { settle } from './settle.ts';
import type { SoakContext } from './soak-context.ts';
import { makeToken } from './use-token.ts';
import { VerifyReader } from './verify-reader.ts';

const READ_EVERY_MS = 200;
const MEMORY_EVERY_MS = 5_000;

export interface SoakOptions {
  program: 'sources' | 'bundles';
  /** All that is chosen at random is chosen by it. */
  seed: number;
  /** For how long anything is killed. */
  stormSeconds: number;
  /** For how long, after that, the server lives, and its functions alone are killed: its memory shows. */
  calmSeconds: number;
  /** Milliseconds between two kills. */
  killGap: readonly [least: number, most: number];
  /** How many kills there are at least, though the storm takes longer for it. */
  minKills: number;
}

/** MiB. */
export interface ServerMemory {
  resident: MemorySample[];
  /** What its heap has once its garbage is collected, after the warm-up and in the end. */
  heapWarm: number;
  heapAfter: number;
}

export interface SoakOutcome {
  findings: Findings;
  /** Of the calm, if there was one. */
  memory: ServerMemory | undefined;
  /** What the registry has printed. */
  output: string;
}

/** Loads a registry, kills its processes at random, reads all the while, and compares in the end; times are seconds. */
export async function soak(options: SoakOptions): Promise<SoakOutcome> {
  const registry = new RunningRegistry(options.program, HEAP_REPORT);
  const [ledger, findings, disturbances, end] = [
    new Ledger(),
    new Findings(),
    new Disturbances(),
    new AbortController(),
  ];
  const context = { registry, ledger, findings, disturbances, readerToken: '', over: end.signal };
  try {
    await registry.start();
    const memory = await run(options, context, end);
    return { findings, memory, output: registry.output };
  } finally {
    end.abort();
    await registry.close();
  }
}

async function run(
  { seed, ...plan }: SoakOptions,
  context: SoakContext,
  end: AbortController,
): Promise<ServerMemory | undefined> {
  await closeOwner(context);
  context.readerToken = (await makeToken('readers', { context }))?.token ?? '';
  await publishFirst(context);
  const random = (i: number) => new Random(seed * 100 + i);
  const pem = await keysOf(context.registry);
  const keys = new Map(Object.entries(pem));
  const readers = REPOSITORIES.map((each, i) => new VerifyReader(each, keys, random(i), context));
  const apk = apkPath === undefined ? undefined : await ApkReader.create(pem, random(10), context);
  const running = [
    load(seed, context),
    ...readers.map((reader) => reader.run(READ_EVERY_MS)),
    apk?.run(READ_EVERY_MS),
  ];
  const memory = await Promise.race([stormAndCalm(plan, random(11), context), neverEnds(running)]);
  end.abort();
  await Promise.all(running);
  await settle(readers, keys, context);
  return memory;
}

/** @throws what one of them throws; that one ends is nothing */
async function neverEnds(running: readonly (Promise<void> | undefined)[]): Promise<never> {
  await Promise.all(running);
  return new Promise(() => {});
}

/** What its owner says is private, before the first package. */
async function closeOwner({ registry }: SoakContext): Promise<void> {
  const init = {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ visibility: 'private' }),
  };
  const { status } = await registry.asPublisher(`/api/owners/${PRIVATE.split('/')[0]}`, init);
  if (status !== 200) throw new Error(`Making an owner private was answered ${status}`);
}

async function stormAndCalm(
  { stormSeconds, calmSeconds, killGap: gap, minKills }: Omit<SoakOptions, 'seed'>,
  random: Random,
  context: SoakContext,
): Promise<ServerMemory | undefined> {
  const killed = () => [...context.findings.countsOf('kill, ').values()].reduce((sum, each) => sum + each, 0);
  const storm = new AbortController();
  const killing = killAtRandom({ gap, withServer: true, signal: storm.signal }, random, context);
  await Promise.race([killing, pause(stormSeconds * 1000)]);
  await Promise.race([killing, until('enough is killed', async () => killed() >= minKills, 240)]);
  storm.abort();
  await killing;
  if (calmSeconds === 0) return undefined;
  const calm = AbortSignal.timeout(calmSeconds * 1000);
  const warm = pause(calmSeconds * 1000 * WARM_UP_SHARE);
  const [resident, heapWarm] = await Promise.all([
    watchMemory(() => context.registry.processId, MEMORY_EVERY_MS, calm),
    warm.then(() => heapAfterCollection(context.registry)),
    killAtRandom({ gap, withServer: false, signal: calm }, random, context),
  ]);
  return { resident, heapWarm, heapAfter: await heapAfterCollection(context.registry) };
}
