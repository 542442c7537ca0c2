import type { Actor } from './actor.ts';

/** Deliveries of what fails, as many as SQS makes of a message. */
const MAX_DELIVERIES = 3;

/** Has everything that was announced handled. @throws Error when some of it cannot be */
export async function settle(actor: Actor): Promise<void> {
  const { arrivals, packages } = actor.registry;
  for (let delivery = 0; delivery < MAX_DELIVERIES; delivery++) {
    await actor.ingest();
    await actor.index();
    if ((await arrivals.pending()).length + (await packages.pending()).length === 0) return;
  }
  throw new Error('Some events cannot be handled');
}
