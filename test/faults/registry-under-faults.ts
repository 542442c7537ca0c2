import { closeClients, standInClients } from '#aws/stand-in-clients.ts';
import { keepStartToken } from '#registry/keep-start-token.ts';
import { type Fault, injectFault } from '#test/support/faulty-clients.ts';
import { startPorts, type TestRegistry } from '#test/support/registry-ports.ts';
import { type Actor, actorOf, TOKEN } from './actor.ts';
import { AnnouncedEvents } from './announced-events.ts';
import { type Deed, History } from './history.ts';
import { startProcess } from './registry-process.ts';
import { readWorld, restoreWorld, storesOf, type World } from './world.ts';

/** All that there is at a moment, and what was said and announced until then. */
export interface Snapshot {
  world: World;
  deeds: readonly Deed[];
  packages: Parameters<AnnouncedEvents['restore']>[0];
  arrivals: Parameters<AnnouncedEvents['restore']>[0];
  forgotten: readonly string[];
  /** What the clock says, epoch milliseconds. */
  now: number;
}

/** What is waited for by the clock is over when it is looked at again. */
const LOOK_MS = 16_000;
const HOUR_MS = 60 * 60 * 1000;

/** The stand-ins that all cases share, one after the other. */
export class RegistryUnderFaults {
  readonly packages: AnnouncedEvents;
  readonly arrivals: AnnouncedEvents;
  readonly #registry: TestRegistry;
  #history = new History();
  #now = Date.now();

  private constructor(registry: TestRegistry, packages: AnnouncedEvents, arrivals: AnnouncedEvents) {
    this.#registry = registry;
    this.packages = packages;
    this.arrivals = arrivals;
  }

  static async start(): Promise<RegistryUnderFaults> {
    const packages = new AnnouncedEvents(() => registry.standIns.queue.idle());
    const arrivals = new AnnouncedEvents(() => registry.standIns.ingestQueue.idle());
    const registry = await startPorts(packages.keep, arrivals.keep);
    const { ports } = registry;
    await keepStartToken(TOKEN, ports);
    // That the first request of a day notes it would be one more call of each operation.
    const used = startProcess(registry.standIns.clients, Date.now).api.request('/api/tokens', {
      headers: { Authorization: `Bearer ${TOKEN}` },
    });
    if (!(await used).ok) throw new Error('The token of the start is not known');
    return new RegistryUnderFaults(registry, packages, arrivals);
  }

  readonly clock = (): number => {
    this.#now += LOOK_MS;
    return this.#now;
  };

  /** When every lease of now has ended. */
  waitAnHour(): void {
    this.#now += HOUR_MS;
  }

  get history(): History {
    return this.#history;
  }

  /** The paths that CloudFront was told to forget. */
  get forgotten(): readonly string[] {
    return this.#registry.forgotten;
  }

  readWorld(): Promise<World> {
    return readWorld(storesOf(this.#registry.standIns));
  }

  async snapshot(): Promise<Snapshot> {
    return {
      world: await this.readWorld(),
      deeds: new History(this.#history.deeds).deeds,
      packages: await this.packages.pending(),
      arrivals: await this.arrivals.pending(),
      forgotten: [...this.forgotten],
      now: this.#now,
    };
  }

  async restore({ world, deeds, packages, arrivals, forgotten, now }: Snapshot): Promise<void> {
    await restoreWorld(world, storesOf(this.#registry.standIns));
    await this.packages.restore(packages);
    await this.arrivals.restore(arrivals);
    this.#history = new History(deeds);
    this.#registry.forgotten.splice(0, Number.POSITIVE_INFINITY, ...forgotten);
    this.#now = now;
  }

  /** Somebody at a process that was just started, in which nothing goes wrong. */
  sound(): Actor {
    return actorOf(startProcess(this.#registry.standIns.clients, this.clock), this);
  }

  /**
   * The same at a process of its own, in which something does.
   * @returns the calls that it made, once what was sent has come to its end
   */
  async faulty(act: (actor: Actor) => Promise<unknown>, fault?: Fault): Promise<string[]> {
    const { endpoints, accessKeyId, presigning } = this.#registry.standIns;
    const clients = standInClients({ ...endpoints, accessKeyId, region: 'local' }, presigning.credentials);
    const { calls, settle } = injectFault(clients, fault);
    try {
      await act(actorOf(startProcess(clients, this.clock), this));
      await settle();
      return [...calls];
    } finally {
      closeClients(clients);
    }
  }

  close(): Promise<void> {
    return this.#registry.close();
  }
}
