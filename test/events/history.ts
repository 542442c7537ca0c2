import { Client, publishSample } from './clients.ts';
import { Promises } from './promises.ts';
import { Random } from './random.ts';
import { isBase, type SampleFile } from './sample-files.ts';
import type { Trouble } from './troubles.ts';
import { replaceTime } from './virtual-time.ts';
import { Workers } from './workers.ts';
import { World } from './world.ts';

/** What came of a history. */
export interface Outcome {
  seed: number;
  /** Calls. */
  steps: number;
  /** Events that were given up for a person to look at. */
  deadLetters: number;
  /** The first promise that was not kept, with every call before. */
  violation?: { message: string; trace: string[] };
}

/** Until then, claims expire that are removed. */
const COMPARED_MS = 2 * 60 * 60_000;

/** When every lease has ended, whoever's clock is asked. */
const NEXT_DAY_MS = 24 * 60 * 60_000;

/**
 * Some clients publish and delete the same few files, and index workers handle the events, in an order that the seed
 * makes, while things go wrong. When all events are handled, and after one comparison where one is due, index, records
 * and objects must agree with each other and with what the clients were answered.
 */
export async function playHistory(
  seed: number,
  trouble: Trouble,
  samples: readonly SampleFile[],
): Promise<Outcome> {
  const random = new Random(seed);
  const world = new World(random, trouble);
  const { scheduler } = world;
  const workers = new Workers(world, random, trouble);
  let clients: Client[] = [];
  const begin = () =>
    Array.from(
      { length: random.between(2, 3) },
      (_, i) => new Client(`client-${i + 1}`, world, random, trouble),
    );
  const changing = samples.filter((sample) => !isBase(sample));
  const files = Array.from({ length: trouble.isCrowded ? 1 : random.between(1, 3) }, () =>
    random.pick(changing),
  );
  const promises = new Promises(world, workers, samples);
  const operations = () => clients.flatMap((client) => client.operations);
  const restoreTime = replaceTime({
    random: () => random.next(),
    sleep: (milliseconds) =>
      scheduler.current &&
      scheduler.myTurn(`waits ${milliseconds.toFixed()} ms`).then(() => {
        world.now += milliseconds;
      }),
  });
  try {
    if (random.chance(0.6)) await live(publishBase);
    world.isQuiet = false;
    clients = begin();
    if (trouble.isCompared) workers.comparedAt = [0, random.next() * COMPARED_MS].map((ms) => world.now + ms);
    if (trouble.kmsMinutesDown) world.kmsDownUntil = world.now + trouble.kmsMinutesDown * 60_000;
    await live();
    world.isQuiet = true;
    workers.redrive();
    await live();
    if (isComparisonDue()) {
      world.now += NEXT_DAY_MS;
      workers.comparedAt = [world.now];
      await live();
    }
    promises.checkEnd(operations());
    return outcome();
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { ...outcome(), violation: { message, trace: scheduler.trace } };
  } finally {
    restoreTime();
  }

  /** So that the indexes are there, and have to be changed. */
  async function publishBase(): Promise<void> {
    const ports = world.portsOf();
    for (const base of samples.filter(isBase)) {
      if (random.chance(0.7)) await publishSample(base, { build: 0, publishedBy: 'base' }, ports);
    }
  }

  /** Until nothing more happens by itself; nobody is under way while time passes. */
  async function live(first?: () => Promise<void>): Promise<void> {
    if (first) scheduler.start('first', first);
    for (;;) {
      const beginnings = () => [...clients.flatMap((client) => client.next(files)), ...workers.next()];
      await scheduler.runToEnd(beginnings, () => promises.checkNow());
      const times = [
        ...world.queue.map(({ visibleAt }) => visibleAt),
        ...scheduler.wakingTimes,
        ...workers.comparedAt,
        ...clients.filter(({ hasMore }) => hasMore).map(({ busyUntil }) => busyUntil),
      ].filter((time) => time > world.now);
      if (times.length === 0) return;
      world.now = Math.min(...times);
    }
  }

  /** What was lost, and what somebody left half-done, only a comparison finds. */
  function isComparisonDue(): boolean {
    const isHalfDone = operations().some((operation) => operation.outcome === 'unknown');
    return isHalfDone || workers.owesComparison || world.lostKeys.size > 0;
  }

  function outcome(): Outcome {
    return { seed, steps: scheduler.trace.length, deadLetters: workers.deadLettered };
  }
}
