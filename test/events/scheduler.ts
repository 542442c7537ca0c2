import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import type { Random } from './random.ts';
import type { Naps } from './troubles.ts';
import { isInflating } from './virtual-time.ts';

/** Somebody who makes calls: a request of the API, a batch of an index worker, a comparison. */
export interface Actor {
  name: string;
  /** How likely its calls are to be the next; changes now and then, so that some sleep while others do a lot. */
  weight: number;
  /** How likely it is to die at one of its calls. */
  dying: number;
  naps?: Naps | undefined;
  state: 'running' | 'done' | 'dead';
}

interface WaitingCall {
  actor: Actor;
  call: string;
  /** Waits until nobody else has anything to do. */
  isAsleep: boolean;
  /** Epoch milliseconds; until then it naps, whatever others do. */
  wakesAt: number;
  proceed(): void;
}

/** Something that may begin now. */
export interface Beginning {
  name: string;
  begin(): void;
}

const WEIGHTS = [0.02, 0.2, 1, 1, 3];

const CHANGES = / (?:Put|Update|Delete)/;

/** Of the event loop, with nothing at work: more than any stream needs from one call to the next. */
const IDLE_TURNS = 6;

const actors = new AsyncLocalStorage<Actor>();

/**
 * Lets one call happen at a time, each of whoever the seed says: between any two calls of an actor, all the
 * others may have done anything. The same seed gives the same order.
 */
export class Scheduler {
  readonly #random: Random;
  readonly #now: () => number;
  readonly #waiting: WaitingCall[] = [];
  readonly #alive = new Set<Actor>();
  #error: unknown;
  /** Every call in its order, to be read when something went wrong. */
  readonly trace: string[] = [];

  /** @param now epoch milliseconds; it is for others to let time pass */
  constructor(random: Random, now: () => number) {
    this.#random = random;
    this.#now = now;
  }

  /** Who makes the call that is being made. */
  get current(): Actor | undefined {
    return actors.getStore();
  }

  /** When those who nap wake up, epoch milliseconds. */
  get wakingTimes(): number[] {
    return this.#waiting.map(({ wakesAt }) => wakesAt).filter((time) => time > this.#now());
  }

  /** Runs as an actor; its calls wait until it is their turn. */
  start(
    name: string,
    run: (actor: Actor) => Promise<void>,
    { dying = 0, naps }: Partial<Pick<Actor, 'dying' | 'naps'>> = {},
  ): Actor {
    const actor: Actor = { name, weight: this.#random.pick(WEIGHTS), dying, naps, state: 'running' };
    this.#alive.add(actor);
    const end = () => {
      actor.state = 'done';
      this.#alive.delete(actor);
    };
    const fail = (error: unknown) => {
      this.#error ??= error;
      end();
    };
    actors.run(actor, () => run(actor)).then(end, fail);
    return actor;
  }

  /** Ends an actor between two of its calls, as a crash or a timeout would; never returns to it. */
  die(actor: Actor): Promise<never> {
    actor.state = 'dead';
    this.#alive.delete(actor);
    for (const each of this.#waiting.filter((waiting) => waiting.actor === actor)) this.#forget(each);
    this.trace.push(`${actor.name} dies`);
    return new Promise(() => {});
  }

  /** Waits until it is this call's turn; at once for whoever is no actor. */
  async myTurn(call: string): Promise<void> {
    const actor = this.current;
    if (actor === undefined) return;
    await new Promise<void>((proceed) => {
      if (actor.state === 'dead') return;
      const wakesAt = this.#now() + this.#napOf(actor, call);
      this.#waiting.push({ actor, call, proceed, isAsleep: this.#fallsAsleep(call), wakesAt });
    });
  }

  /**
   * Runs until nobody is running but those who nap, and nothing may begin.
   * @param check is called between any two calls
   * @throws what an actor, or the check, has thrown
   */
  async runToEnd(beginnings: () => readonly Beginning[], check: () => void): Promise<void> {
    for (;;) {
      check();
      if (this.#error !== undefined) throw this.#error;
      const waiting = this.#waiting.filter(({ wakesAt }) => wakesAt <= this.#now());
      const awake = waiting.filter(({ isAsleep }) => !isAsleep);
      const options: (WaitingCall | Beginning)[] = [...awake, ...beginnings()];
      if (options.length === 0) options.push(...waiting);
      const napping = new Set(this.#waiting.map(({ actor }) => actor));
      if (options.length === 0 && this.#alive.size === napping.size) return;
      if (options.length > 0) {
        const next = this.#random.weighted(options, (option) =>
          'actor' in option ? option.actor.weight : 0.3,
        );
        this.#take(next);
      }
      await this.#settle();
    }
  }

  #take(next: WaitingCall | Beginning): void {
    if ('begin' in next) {
      this.trace.push(next.name);
      next.begin();
      return;
    }
    this.trace.push(`${next.actor.name} ${next.call}`);
    if (this.#random.chance(0.03)) next.actor.weight = this.#random.pick(WEIGHTS);
    this.#forget(next);
    next.proceed();
  }

  /** Above all before it changes something, which it has made up its mind about by then. */
  #fallsAsleep(call: string): boolean {
    return this.#random.chance(CHANGES.test(call) ? 0.15 : 0.03);
  }

  /** Milliseconds. */
  #napOf({ naps }: Actor, call: string): number {
    if (naps === undefined || !CHANGES.test(call) || !this.#random.chance(naps.rate)) return 0;
    return this.#random.next() * naps.minutes * 60_000;
  }

  #forget(call: WaitingCall): void {
    this.#waiting.splice(this.#waiting.indexOf(call), 1);
  }

  /** Waits until everybody waits, or is done: no thread is at work, and nothing is left to do in this one. */
  async #settle(): Promise<void> {
    for (let idle = 0; idle < IDLE_TURNS; idle++) {
      await turn();
      if (isInflating()) idle = 0;
    }
  }
}
