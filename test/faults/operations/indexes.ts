import type { Operation } from '../operation.ts';
import { ARM, BAR, FOO, NOARCH, OTHER_FOO } from '../packages.ts';
import { rivalsFor } from '../rivals.ts';
import { publishListed } from './packages.ts';

const run: Operation['run'] = async (actor) => void (await actor.index());
const rivals = rivalsFor(FOO, OTHER_FOO);

/** What events of the packages bucket begin. */
export const INDEX_OPERATIONS: readonly Operation[] = [
  { name: 'first index', prepare: async (actor) => void (await actor.publish(FOO)), run, rivals },
  {
    name: 'index after a publish',
    async prepare(actor) {
      await publishListed(actor, BAR);
      await actor.publish(FOO);
    },
    run,
    rivals,
  },
  {
    name: 'indexes after a publish of noarch',
    isTested: true,
    async prepare(actor) {
      await publishListed(actor, BAR, ARM);
      await actor.publish(NOARCH);
    },
    run,
  },
  {
    name: 'index after a delete',
    isTested: true,
    async prepare(actor) {
      await publishListed(actor, BAR, FOO);
      await actor.remove(FOO.name);
    },
    run,
    rivals,
  },
  {
    name: 'index of the last package, gone',
    async prepare(actor) {
      await publishListed(actor, FOO);
      await actor.remove(FOO.name);
    },
    run,
    rivals,
  },
];
