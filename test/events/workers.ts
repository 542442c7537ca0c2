import { createIndexHandler } from '#lambdas/index-packages/index-handler.ts';
import { reconcile } from '#registry/reconcile.ts';
import type { Random } from './random.ts';
import type { Actor, Beginning } from './scheduler.ts';
import type { Trouble } from './troubles.ts';
import { batchOf, type QueuedEvent, type World } from './world.ts';

/** lib/constructs/index-pipeline.ts. */
const MAX_RECEIVES = 10;
const VISIBILITY_MS = 6 * 60_000;

const MAX_WORKERS = 3;
const MAX_BATCH = 6;

/** One invocation: of the index function with its events, or of the comparison. */
interface Run {
  actor: Actor;
  events: readonly QueuedEvent[];
  isComparison: boolean;
  /** Of `batchItemFailures`, or of a report. */
  hasFailed: boolean;
}

/** SQS and Lambda: batches of events for index workers, and comparisons. */
export class Workers {
  readonly deadLetters: QueuedEvent[] = [];
  /** How many there ever were. */
  deadLettered = 0;
  /** Whether a comparison has yet to run whole. */
  owesComparison = false;
  /** By the last comparison, by key. */
  reportedOrphans = new Set<string>();
  /** From when on a comparison may begin, epoch milliseconds. */
  comparedAt: number[] = [];
  readonly #runs: Run[] = [];
  readonly #world: World;
  readonly #random: Random;
  readonly #trouble: Trouble;
  #begun = 0;

  constructor(world: World, random: Random, trouble: Trouble) {
    this.#world = world;
    this.#random = random;
    this.#trouble = trouble;
  }

  /** The batches and comparisons that may begin now. */
  next(): Beginning[] {
    this.#bringBackOfTheDead();
    const { queue, now } = this.#world;
    const visible = queue.filter(({ visibleAt }) => visibleAt <= now);
    const busy = this.#runs.filter(({ actor }) => actor.state === 'running');
    const isCompared =
      this.comparedAt.some((time) => time <= now) && !busy.some(({ isComparison }) => isComparison);
    const hasRoom = busy.filter(({ isComparison }) => !isComparison).length < MAX_WORKERS;
    return [
      ...(visible.length > 0 && hasRoom ? [{ name: 'a batch', begin: () => this.#beginBatch(visible) }] : []),
      ...(isCompared ? [{ name: 'a comparison', begin: () => this.#beginComparison() }] : []),
    ];
  }

  /** Whether something is still to be said of a file: an event waits, is being handled, was lost or given up. */
  isUnhandled(key: string): boolean {
    const isIt = (event: QueuedEvent) => event.key === key;
    return (
      this.#world.lostKeys.has(key) ||
      this.#world.queue.some(isIt) ||
      this.deadLetters.some(isIt) ||
      this.#runs.some(({ actor, events }) => actor.state !== 'done' && events.some(isIt))
    );
  }

  /** Whether whoever wrote an index last has yet to look at what it wrote, or somebody in its place. */
  isUnfinished(indexKey: string): boolean {
    const writer = this.#world.lastWriters.get(indexKey);
    const run = this.#runs.find(({ actor }) => actor === writer);
    if (run === undefined) return false;
    if (run.actor.state === 'running') return true;
    if (run.isComparison) return this.owesComparison;
    return run.hasFailed && run.events.some(({ key }) => this.isUnhandled(key));
  }

  /** Start DLQ redrive. */
  redrive(): void {
    const visibleAt = this.#world.now;
    const again = this.deadLetters.splice(0).map((event) => ({ ...event, received: 0, visibleAt }));
    this.#world.queue.push(...again);
  }

  #beginBatch(visible: readonly QueuedEvent[]): void {
    const { queue, scheduler } = this.#world;
    const { doubled = 0 } = this.#trouble;
    const events: QueuedEvent[] = [];
    const size = this.#random.between(1, Math.min(MAX_BATCH, visible.length));
    while (events.length < size) {
      const event = this.#random.pick(visible.filter((each) => !events.includes(each)));
      events.push(event);
      event.received += 1;
      queue.splice(queue.indexOf(event), 1);
      if (event.received < MAX_RECEIVES && !this.#world.isQuiet && this.#random.chance(doubled))
        queue.push(event);
    }
    const handle = createIndexHandler(this.#world.portsOf());
    const work = async (actor: Actor) => {
      const run: Run = { actor, events, isComparison: false, hasFailed: false };
      this.#runs.push(run);
      const { batchItemFailures } = await handle(batchOf(events));
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      run.hasFailed = failed.size > 0;
      this.#bringAgain(events.filter(({ id }) => failed.has(id)));
      scheduler.trace.push(`${actor.name} ends, ${failed.size} failed`);
    };
    const name = `worker-${++this.#begun}`;
    scheduler.trace.push(`  ${name} has ${events.map(({ id, key }) => `${id} ${key}`).join(', ')}`);
    scheduler.start(name, work, { dying: this.#trouble.workersDie });
  }

  #beginComparison(): void {
    this.comparedAt.sort((a, b) => a - b).shift();
    this.owesComparison = true;
    const { scheduler, lostKeys } = this.#world;
    const missed = [...lostKeys];
    const work = async (actor: Actor) => {
      const run: Run = { actor, events: [], isComparison: true, hasFailed: false };
      this.#runs.push(run);
      const error = await reconcile(this.#world.portsOf()).then(
        ({ failed, unexplained }) => {
          const orphans = unexplained.filter(({ kind }) => kind === 'orphan');
          this.reportedOrphans = new Set(orphans.map(({ key }) => key));
          return failed[0]?.error;
        },
        (thrown: unknown) => thrown,
      );
      scheduler.trace.push(`the comparison ends${error === undefined ? '' : `: ${error}`}`);
      run.hasFailed = error !== undefined;
      this.owesComparison = run.hasFailed;
      if (!run.hasFailed && this.#world.isQuiet) for (const key of missed) lostKeys.delete(key);
    };
    scheduler.start(`comparison-${++this.#begun}`, work);
  }

  #bringBackOfTheDead(): void {
    for (const run of this.#runs) {
      if (run.actor.state !== 'dead' || run.hasFailed) continue;
      run.hasFailed = true;
      this.#bringAgain(run.events);
      run.actor.state = 'done';
    }
  }

  #bringAgain(events: readonly QueuedEvent[]): void {
    const { queue, now } = this.#world;
    for (const event of events) {
      if (queue.includes(event)) continue;
      const isGivenUp = event.received >= MAX_RECEIVES;
      if (isGivenUp) this.deadLettered += 1;
      event.visibleAt = now + VISIBILITY_MS;
      (isGivenUp ? this.deadLetters : queue).push(event);
    }
  }
}
