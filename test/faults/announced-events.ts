import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

type Handle = (event: SQSEvent) => Promise<SQSBatchResponse>;

/** The messages of a queue, delivered when somebody says so. */
export class AnnouncedEvents {
  #pending: SQSRecord[] = [];
  #handled: SQSRecord[] = [];
  readonly #settle: () => Promise<void>;

  /** @param settle waits until all that was announced so far has come */
  constructor(settle: () => Promise<void>) {
    this.#settle = settle;
  }

  /** Handles what the stand-in announces, as far as that knows. */
  readonly keep: Handle = async ({ Records }) => {
    this.#pending.push(...Records);
    return { batchItemFailures: [] };
  };

  /** What waits, in the place of what waited. */
  async restore(pending: readonly SQSRecord[] = []): Promise<void> {
    await this.#settle();
    this.#pending = [...pending];
    this.#handled = [];
  }

  async pending(): Promise<readonly SQSRecord[]> {
    await this.#settle();
    return this.#pending;
  }

  /** Delivers what waits, once: what fails goes on waiting. */
  async deliver(handle: Handle): Promise<void> {
    await this.#settle();
    const batch = this.#pending;
    if (batch.length === 0) return;
    this.#pending = [];
    const failed = await failedOf(batch, handle);
    this.#pending.push(...batch.filter(({ messageId }) => failed.has(messageId)));
    this.#handled.push(...batch);
  }

  /** Delivers all of it again, the last first, as SQS may. */
  async deliverAgain(handle: Handle): Promise<void> {
    if (this.#handled.length > 0) await handle({ Records: this.#handled.toReversed() });
  }
}

async function failedOf(batch: SQSRecord[], handle: Handle): Promise<Set<string>> {
  try {
    const { batchItemFailures } = await handle({ Records: batch });
    return new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  } catch {
    return new Set(batch.map(({ messageId }) => messageId));
  }
}
