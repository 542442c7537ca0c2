import type { Actor, Package } from '../actor.ts';
import type { Operation } from '../operation.ts';
import { ARM, BAR, FOO, NOARCH, OTHER_FOO, OTHER_NOARCH } from '../packages.ts';
import type { RegistryUnderFaults } from '../registry-under-faults.ts';
import { rivalsFor } from '../rivals.ts';
import { settle } from '../settle.ts';

/** Publishes, each with what follows. */
export async function publishListed(actor: Actor, ...packages: readonly Package[]): Promise<void> {
  for (const each of packages) {
    await actor.publish(each);
    await settle(actor);
  }
}

const rivals = rivalsFor(FOO, OTHER_FOO);

export const PACKAGE_OPERATIONS: readonly Operation[] = [
  {
    name: 'publish, the first of its owner',
    isTested: true,
    isHealedDaily: true,
    run: (actor) => actor.publish(FOO),
    rivals,
  },
  {
    name: 'publish',
    prepare: (actor) => publishListed(actor, BAR),
    run: (actor) => actor.publish(FOO),
    rivals,
  },
  {
    name: 'publish after a delete',
    async prepare(actor) {
      await publishListed(actor, FOO);
      await actor.remove(FOO.name);
      await settle(actor);
    },
    run: (actor) => actor.publish(FOO),
    rivals,
  },
  {
    name: 'publish what is there',
    prepare: (actor) => publishListed(actor, FOO),
    run: (actor) => actor.publish(FOO),
    rivals,
  },
  {
    name: 'publish where another has died',
    async prepare(actor) {
      await publishListed(actor, BAR);
      const { registry } = actor;
      await dieAt('S3Client PutObject', 'kill after', registry, (dying) => dying.publish(FOO));
      await registry.packages.restore();
      registry.waitAnHour();
    },
    run: (actor) => actor.publish(OTHER_FOO),
    rivals: rivalsFor(OTHER_FOO, FOO),
  },
  {
    name: 'publish noarch',
    prepare: (actor) => publishListed(actor, BAR, ARM),
    run: (actor) => actor.publish(NOARCH),
    rivals: rivalsFor(NOARCH, OTHER_NOARCH),
  },
  {
    name: 'delete',
    isTested: true,
    prepare: (actor) => publishListed(actor, BAR, FOO),
    run: (actor) => actor.remove(FOO.name),
    rivals,
  },
];

/** Has a process die at the first call of a name, which its operation is known to make. */
export async function dieAt(
  call: string,
  kind: 'kill before' | 'kill after',
  registry: RegistryUnderFaults,
  act: (actor: Actor) => Promise<unknown>,
): Promise<void> {
  const before = await registry.snapshot();
  const at = (await registry.faulty(act)).indexOf(call) + 1;
  await registry.restore(before);
  await registry.faulty(act, { kind, at });
}
