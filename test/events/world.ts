import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { DynamoDBAudit } from '#aws/dynamodb-audit.ts';
import { DynamoDBOwners } from '#aws/dynamodb-owners.ts';
import { DynamoDBPublishers } from '#aws/dynamodb-publishers.ts';
import { DynamoDBRecords } from '#aws/dynamodb-records.ts';
import { DynamoDBTokens } from '#aws/dynamodb-tokens.ts';
import { KmsSigner } from '#aws/kms-signer.ts';
import { S3PackageBucket } from '#aws/s3-package-bucket.ts';
import { encodeKey } from '#local/s3-event.ts';
import type { PublishPorts } from '#registry/publish-package.ts';
import type { ReconcilePorts } from '#registry/reconcile.ts';
import { readersInMemory } from '#test/support/readers-in-memory.ts';
import { silentObserver } from '#test/support/registry-ports.ts';
import { MemoryBucket } from './memory-bucket.ts';
import { answerOfKms } from './memory-keys.ts';
import { MemoryTable } from './memory-table.ts';
import type { Random } from './random.ts';
import { refusalOf, type Service } from './refusals.ts';
import { type Actor, Scheduler } from './scheduler.ts';
import type { Trouble } from './troubles.ts';

/** A message of the queue. */
export interface QueuedEvent {
  id: string;
  key: string;
  received: number;
  /** Epoch milliseconds. */
  visibleAt: number;
}

const HOUR = 60 * 60 * 1000;
const START = Date.UTC(2026, 0, 1);

/** The name of the bucket and of the table. */
const STORE = 'world';

export type WorldPorts = ReconcilePorts & PublishPorts;

/** AWS in memory, with the real adapters over it: every call waits for its turn, and fails as the trouble says. */
export class World {
  readonly scheduler: Scheduler;
  readonly table: MemoryTable;
  readonly bucket: MemoryBucket;
  readonly queue: QueuedEvent[] = [];
  /** Of events that never came. */
  readonly lostKeys = new Set<string>();
  /** Of objects whose copies were dropped since they were last stored. */
  readonly forgotten = new Set<string>();
  /** Who has written an index last, by its key. */
  readonly lastWriters = new Map<string, Actor>();
  /** Epoch milliseconds, as it is in truth. */
  now = START;
  kmsDownUntil = 0;
  /** Before trouble begins, and once everybody has seen enough of it. */
  isQuiet = true;
  readonly #random: Random;
  readonly #trouble: Trouble;
  #events = 0;

  constructor(random: Random, trouble: Trouble) {
    this.#random = random;
    this.#trouble = trouble;
    this.scheduler = new Scheduler(random, () => this.now);
    const { leftOut = 0 } = trouble;
    this.table = new MemoryTable({
      leavesOut: () => !this.isQuiet && random.chance(leftOut),
      pageSize: () => random.pick([1, 2, 5, 100]),
    });
    this.bucket = new MemoryBucket(
      () => this.now,
      (key) => this.#announce(key),
    );
  }

  /** What one process reaches it through; its clock is its own, and so is what it remembers. */
  portsOf(): WorldPorts {
    const { minutesOff = 0 } = this.#trouble;
    // Mostly as wrong as can be, so that two differ by as much as can be.
    const skew = this.#random.pick([-1, 1, this.#random.next() * 2 - 1]) * minutesOff * 60_000;
    const clock = () => this.now + skew;
    const client = <Client>(service: Service, answer: (command: unknown) => object) =>
      ({ send: (command: object) => this.#call(service, command, answer) }) as Client;
    const documents = client<ConstructorParameters<typeof DynamoDBRecords>[0]>('DynamoDB', (command) =>
      this.table.answer(command),
    );
    const s3 = client<ConstructorParameters<typeof S3PackageBucket>[0]>('S3', (command) =>
      this.bucket.answer(command),
    );
    return {
      packages: new S3PackageBucket(s3, STORE),
      records: new DynamoDBRecords(documents, STORE, clock),
      owners: new DynamoDBOwners(documents, STORE),
      publishers: new DynamoDBPublishers(documents, STORE),
      tokens: new DynamoDBTokens(documents, STORE),
      audit: new DynamoDBAudit(documents, STORE),
      signers: [new KmsSigner(client('KMS', answerOfKms), 'key', 'test')],
      cdn: { forget: (keys) => this.#forget(keys) },
      readers: readersInMemory(),
      defaultVisibility: 'public',
      clock,
      observer: silentObserver,
    };
  }

  async #call<Command extends object>(
    service: Service,
    command: Command,
    answer: (command: Command) => object,
  ) {
    const { Key = '' } = (command as { input?: { Key?: unknown } }).input ?? {};
    const name = command.constructor.name.replace(/Command$/, '');
    await this.scheduler.myTurn(`${service} ${name} ${typeof Key === 'string' ? Key : JSON.stringify(Key)}`);
    this.now += this.#random.between(5, 500);
    await this.#failAsItMay(service);
    const answered = answer(command);
    const isWrite = /^(?:Put|Delete)Object$/.test(name);
    if (isWrite && String(Key).endsWith('.tar.gz') && this.scheduler.current) {
      this.lastWriters.set(String(Key), this.scheduler.current);
    }
    return answered;
  }

  /** @throws what the SDK throws when its own tries are used up */
  async #failAsItMay(service: Service): Promise<void> {
    const actor = this.scheduler.current;
    if (actor === undefined || this.isQuiet) return;
    const { refused = 0 } = this.#trouble;
    const isDown = service === 'KMS' && this.now < this.kmsDownUntil;
    if (isDown || this.#random.chance(refused)) throw this.#refuse(service);
    if (this.#random.chance(actor.dying)) await this.scheduler.die(actor);
  }

  #refuse(service: Service): Error {
    const error = refusalOf(service, this.#random);
    this.scheduler.trace.push(`  ${error.name}`);
    return error;
  }

  async #forget(keys: readonly string[]): Promise<void> {
    await this.scheduler.myTurn(`CloudFront CreateInvalidation ${keys.join(' ')}`);
    await this.#failAsItMay('CloudFront');
    for (const key of keys) this.forgotten.add(key);
  }

  #announce(key: string): void {
    if (!key.endsWith('.apk')) return;
    if (this.bucket.objects.has(key)) this.forgotten.delete(key);
    const { lost = 0, hoursLate = 0 } = this.isQuiet ? {} : this.#trouble;
    if (this.#random.chance(lost)) {
      this.lostKeys.add(key);
      this.scheduler.trace.push(`  the event of ${key} is lost`);
      return;
    }
    const visibleAt = this.now + this.#random.next() * hoursLate * HOUR;
    this.queue.push({ id: `message-${++this.#events}`, key, received: 0, visibleAt });
  }
}

/** As Lambda is given it. */
export const batchOf = (events: readonly QueuedEvent[]): SQSEvent => ({
  Records: events.map(
    ({ id, key, received }) =>
      ({
        messageId: id,
        body: JSON.stringify({ Records: [{ s3: { object: { key: encodeKey(key) } } }] }),
        attributes: { ApproximateReceiveCount: String(received) },
      }) as SQSRecord,
  ),
});
