import { EventJournal } from './event-journal.ts';
import { EventQueue, type EventQueueOptions } from './event-queue.ts';

/** Milliseconds between two deliveries of a message that failed, at first and at most. */
const RETRY_DELAY = 200;
const MAX_RETRY_DELAY = 30_000;

type EventSourceOptions = Omit<EventQueueOptions, 'acknowledge' | 'retryDelay' | 'maxRetryDelay'> & {
  /** Where the events are kept until they are handled. */
  folder: string;
};

export interface EventSource {
  journal: EventJournal;
  queue: EventQueue;
  /** Delivers what an earlier run left. */
  resume(): void;
}

/** A queue that invokes a function, and forgets no event when it is killed. */
export async function openEventSource({ folder, ...options }: EventSourceOptions): Promise<EventSource> {
  const journal = await EventJournal.open(folder);
  const queue = new EventQueue({
    ...options,
    acknowledge: (entry) => journal.remove(entry),
    retryDelay: RETRY_DELAY,
    maxRetryDelay: MAX_RETRY_DELAY,
  });
  const resume = () => {
    // A process that was killed may have been at them.
    for (const entry of journal.leftovers) queue.send(entry, 1);
  };
  return { journal, queue, resume };
}
