import { createHash, randomUUID } from 'node:crypto';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { JournalEntry } from './event-journal.ts';

export interface EventQueueOptions {
  handler(event: SQSEvent): Promise<SQSBatchResponse>;
  /** Called once a message has been handled; until then it must survive us. */
  acknowledge(entry: JournalEntry): Promise<void>;
  /** Told of every failed batch and acknowledgement; the messages come back whatever it does. */
  onError(error: unknown): void;
  queueArn: string;
  region: string;
  /** How long a first message waits for others, milliseconds. */
  batchWindow: number;
  /** Messages. */
  batchSize?: number;
  /** Batches handled at once. */
  concurrency?: number;
  /** How long a failed message stays away, milliseconds; doubles with each failure up to `maxRetryDelay`. */
  retryDelay: number;
  maxRetryDelay: number;
  /** Delivers every message twice, as SQS may. */
  duplicate?: boolean;
  /** Delivers in random order, as SQS may. */
  shuffle?: boolean;
}

interface Message {
  messageId: string;
  entry: JournalEntry;
  sentAt: number;
  /** Deliveries that must still succeed. */
  outstanding: number;
}

interface Delivery {
  message: Message;
  receiveCount: number;
}

/**
 * An SQS standard queue that invokes a function: batches, partial failures, redelivery for ever.
 * Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS", "Handling errors for an SQS event source".
 */
export class EventQueue {
  readonly #options: Required<EventQueueOptions>;
  #ready: Delivery[] = [];
  /** Deliveries that are ready, in a batch, or away after a failure. */
  #unfinished = 0;
  #windowOver = false;
  #closed = false;
  #window: NodeJS.Timeout | undefined;
  readonly #retries = new Set<NodeJS.Timeout>();
  readonly #inFlight = new Set<Promise<void>>();
  #idleWaiters: { resolve(): void; reject(error: Error): void }[] = [];

  constructor(options: EventQueueOptions) {
    this.#options = { batchSize: 100, concurrency: 1, duplicate: false, shuffle: false, ...options };
  }

  /**
   * Queues an event; after `close` it is left to whoever keeps it.
   * @param receiveCount how often somebody may have been given it before
   */
  send(entry: JournalEntry, receiveCount = 0): void {
    const copies = this.#options.duplicate ? 2 : 1;
    const message = { messageId: randomUUID(), entry, sentAt: Date.now(), outstanding: copies };
    for (let copy = 0; copy < copies; copy++) {
      this.#unfinished++;
      this.#ready.push({ message, receiveCount });
    }
    this.#dispatch();
  }

  /** Waits until every message has been handled. Rejects if the queue is closed before. */
  idle(): Promise<void> {
    if (this.#unfinished === 0) return Promise.resolve();
    if (this.#closed) return Promise.reject(closedError());
    return new Promise((resolve, reject) => this.#idleWaiters.push({ resolve, reject }));
  }

  /** Starts no more batches, and waits for those that are being handled. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#window);
    for (const retry of this.#retries) clearTimeout(retry);
    await Promise.all(this.#inFlight);
    for (const waiter of this.#idleWaiters.splice(0)) waiter.reject(closedError());
  }

  #dispatch() {
    const { batchSize, batchWindow, concurrency } = this.#options;
    const due = () => this.#windowOver || this.#ready.length >= batchSize;
    while (!this.#closed && this.#ready.length > 0 && due() && this.#inFlight.size < concurrency) {
      const batch = this.#take(batchSize);
      this.#windowOver = false;
      const handled = this.#handle(batch).finally(() => {
        this.#inFlight.delete(handled);
        this.#dispatch();
      });
      this.#inFlight.add(handled);
    }
    if (this.#closed || this.#ready.length === 0 || this.#windowOver || this.#window) return;
    this.#window = setTimeout(() => {
      this.#window = undefined;
      this.#windowOver = true;
      this.#dispatch();
    }, batchWindow);
  }

  #take(count: number): Delivery[] {
    if (this.#options.shuffle) this.#ready = shuffled(this.#ready);
    return this.#ready.splice(0, count);
  }

  async #handle(batch: readonly Delivery[]): Promise<void> {
    for (const delivery of batch) delivery.receiveCount++;
    const failed = await this.#invoke(batch);
    for (const delivery of batch) {
      if (failed.has(delivery.message.messageId)) this.#retryLater(delivery);
      else await this.#finish(delivery);
    }
  }

  /** @returns the ids of the messages to deliver again */
  async #invoke(batch: readonly Delivery[]): Promise<Set<string>> {
    const ids = new Set(batch.map(({ message }) => message.messageId));
    try {
      const { batchItemFailures } = await this.#options.handler({
        Records: batch.map((each) => this.#record(each)),
      });
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      // Lambda takes a failure that it cannot attribute for the failure of all.
      return [...failed].every((id) => ids.has(id)) ? failed : ids;
    } catch (error) {
      this.#options.onError(error);
      return ids;
    }
  }

  async #finish({ message }: Delivery) {
    message.outstanding--;
    try {
      if (message.outstanding === 0) await this.#options.acknowledge(message.entry);
    } catch (error) {
      this.#options.onError(error);
    }
    this.#unfinished--;
    if (this.#unfinished === 0) for (const waiter of this.#idleWaiters.splice(0)) waiter.resolve();
  }

  #retryLater(delivery: Delivery) {
    if (this.#closed) return;
    const { retryDelay, maxRetryDelay } = this.#options;
    const delay = Math.min(retryDelay * 2 ** (delivery.receiveCount - 1), maxRetryDelay);
    const retry = setTimeout(() => {
      this.#retries.delete(retry);
      this.#ready.push(delivery);
      this.#dispatch();
    }, delay);
    this.#retries.add(retry);
  }

  #record({ message, receiveCount }: Delivery): SQSRecord {
    const body = JSON.stringify({ Records: [message.entry.record] });
    return {
      messageId: message.messageId,
      receiptHandle: randomUUID(),
      body,
      attributes: {
        ApproximateReceiveCount: String(receiveCount),
        SentTimestamp: String(message.sentAt),
        SenderId: 'local',
        ApproximateFirstReceiveTimestamp: String(message.sentAt),
      },
      messageAttributes: {},
      md5OfBody: createHash('md5').update(body).digest('hex'),
      eventSource: 'aws:sqs',
      eventSourceARN: this.#options.queueArn,
      awsRegion: this.#options.region,
    };
  }
}

const closedError = () => new Error('The queue was closed before all its messages were handled');

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[]): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}
