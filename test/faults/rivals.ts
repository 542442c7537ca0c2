import type { Actor, Package } from './actor.ts';
import type { Rival } from './operation.ts';
import { settle } from './settle.ts';

export const indexWorker: Rival = { name: 'the index is updated', act: (actor) => actor.index() };

/** As on the next day: every lease has ended. */
export const reconciler: Rival = {
  name: 'reconcile, an hour later',
  async act(actor) {
    actor.registry.waitAnHour();
    await actor.maintain({});
  },
};

/** Whoever else may want the same file to be there, or not. */
export const rivalsFor = (same: Package, other: Package): readonly Rival[] => [
  { name: 'another publishes the same', act: async (actor) => void (await actor.publish(same)) },
  { name: 'another publishes other content', act: async (actor) => void (await actor.publish(other)) },
  { name: 'another deletes it', act: async (actor) => void (await actor.remove(same.name)) },
  { name: 'another replaces it, an hour later', act: (actor) => replace(actor, other) },
  indexWorker,
  reconciler,
];

async function replace(actor: Actor, other: Package): Promise<void> {
  actor.registry.waitAnHour();
  await actor.remove(other.name);
  await settle(actor);
  await actor.publish(other);
  await settle(actor);
}
