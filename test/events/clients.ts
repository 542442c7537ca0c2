import { deletePackage } from '#registry/delete-package.ts';
import { type CheckedPublication, PACKAGE_HEADERS, publishChecked } from '#registry/publish-package.ts';
import { RegistryError } from '#registry/registry-error.ts';
import type { Random } from './random.ts';
import { REPOSITORY, type SampleFile } from './sample-files.ts';
import type { Actor, Beginning } from './scheduler.ts';
import type { Trouble } from './troubles.ts';
import type { World, WorldPorts } from './world.ts';

/** What somebody asked the API for, and was told. */
export interface Operation {
  kind: 'publish' | 'delete';
  sample: SampleFile;
  /** Which of the sample's builds; of a delete, none is meant. */
  build: number;
  /** Positions in the trace. */
  begun: number;
  ended: number;
  /** `unknown`: it failed each time that it was sent. */
  outcome: 'running' | 'done' | 'refused' | 'unknown';
}

/** How often somebody sends a request again that failed. */
const MAX_TRIES = 4;

/** Between two requests of one client, at most. */
const THINKING_MS = 20 * 60_000;

/** Somebody who publishes and deletes, one request after the other, by a process of the API that is theirs. */
export class Client {
  readonly operations: Operation[] = [];
  /** Epoch milliseconds. */
  busyUntil = 0;
  #left: number;
  #actor: Actor | undefined;
  readonly #trouble: Trouble;
  readonly #name: string;
  readonly #world: World;
  readonly #ports: WorldPorts;
  readonly #random: Random;

  constructor(name: string, world: World, random: Random, trouble: Trouble) {
    this.#name = name;
    this.#trouble = trouble;
    this.#world = world;
    this.#ports = world.portsOf();
    this.#random = random;
    this.#left = random.between(2, 5);
  }

  get hasMore(): boolean {
    return this.#left > 0;
  }

  /** Its next request, if it may be sent now. */
  next(samples: readonly SampleFile[]): Beginning[] {
    const { now } = this.#world;
    this.#noticeDeath();
    if (this.#actor?.state === 'running' || !this.hasMore || now < this.busyUntil) return [];
    return [{ name: `${this.#name} begins`, begin: () => this.#begin(samples) }];
  }

  /** Mostly what makes sense: what is there is deleted, what is not is published. */
  #begin(samples: readonly SampleFile[]): void {
    const { scheduler, bucket } = this.#world;
    const sample = this.#random.pick(samples);
    const isThere = bucket.objects.has(sample.key);
    const operation: Operation = {
      kind: this.#random.chance(isThere ? 0.3 : 0.85) ? 'publish' : 'delete',
      sample,
      build: this.#random.between(0, 1),
      begun: scheduler.trace.length,
      ended: Number.POSITIVE_INFINITY,
      outcome: 'running',
    };
    this.#left -= 1;
    this.operations.push(operation);
    const work = async () => this.#end(operation, await this.#outcomeOf(operation));
    const { requestsDie: dying, naps } = this.#trouble;
    this.#actor = scheduler.start(this.#name, work, { dying, naps });
  }

  #end(operation: Operation, outcome: Operation['outcome']): void {
    const { kind, sample, build } = operation;
    const { trace } = this.#world.scheduler;
    operation.outcome = outcome;
    operation.ended = trace.length;
    trace.push(`${this.#name} ${kind} ${sample.key} ${build}: ${outcome}`);
    this.busyUntil = this.#world.now + this.#random.pick([0, 0, 1000, THINKING_MS]);
  }

  /** Whoever died does not say so; its request was done, or was not. */
  #noticeDeath(): void {
    const last = this.operations.at(-1);
    if (this.#actor?.state === 'dead' && last?.outcome === 'running') this.#end(last, 'unknown');
  }

  /** As a person would: what failed, or may succeed a second later, is sent again; what is refused is not. */
  async #outcomeOf(operation: Operation): Promise<Operation['outcome']> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      try {
        await this.#send(operation);
        return 'done';
      } catch (error) {
        const isPassing = error instanceof RegistryError && error.code === 'claim-lost';
        if (isPassing) continue;
        if (error instanceof RegistryError) return tries === 0 ? 'refused' : 'unknown';
        if (!(error instanceof Error && '$metadata' in error)) throw error;
      }
    }
    return 'unknown';
  }

  async #send({ kind, sample, build }: Operation): Promise<void> {
    if (kind === 'delete') return deletePackage(sample.file, this.#ports);
    await publishSample(sample, { build, publishedBy: this.#name }, this.#ports);
  }
}

/** As the API does, but for the check of the file, which always comes to the same. */
export async function publishSample(
  { builds }: SampleFile,
  { build, publishedBy }: { build: number; publishedBy: string },
  ports: WorldPorts,
): Promise<void> {
  const { body, report } = builds[build] as SampleFile['builds'][0];
  const store: CheckedPublication['store'] = (key, sha256, only) =>
    ports.packages.put(key, { body, sha256, ...PACKAGE_HEADERS }, only);
  await publishChecked({ repository: REPOSITORY, publishedBy, report, store }, ports);
}
