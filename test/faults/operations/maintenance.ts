import { indexKey, publicKeyKey } from '#registry/object-keys.ts';
import { tokenKey, visibilityKey } from '#registry/readers.ts';
import type { Actor, Answer } from '../actor.ts';
import type { Operation } from '../operation.ts';
import { ARM, BAR, FOO, NOARCH, OTHER_FOO, REPOSITORY } from '../packages.ts';
import { indexWorker, rivalsFor } from '../rivals.ts';
import { dieAt, publishListed } from './packages.ts';

const { owner, branch, repository } = REPOSITORY;

/** One of each kind that a comparison heals, with an hour gone since. */
async function breakEverything(actor: Actor): Promise<void> {
  const { registry, ports } = actor;
  await publishListed(actor, BAR, ARM);
  await dieAt('S3Client PutObject', 'kill after', registry, (dying) => dying.publish(FOO));
  await dieAt('S3Client PutObject', 'kill before', registry, (dying) => dying.publish(NOARCH));
  await dieAt('S3Client DeleteObject', 'kill before', registry, (dying) => dying.remove(ARM.name));
  await registry.packages.restore();
  const [signer] = ports.signers;
  await ports.packages.delete(publicKeyKey(owner, (await signer?.keyFileName()) ?? ''));
  const grants = [{ allow: ['read'], on: owner }] as const;
  const ended = { id: 'ended', name: 'ended', sha256: '', grants, createdBy: '', createdAt: 0, expiresAt: 1 };
  await ports.tokens.add(ended);
  await ports.readers.update(
    new Map([
      [tokenKey('nobody'), '{}'],
      [visibilityKey(owner), undefined],
    ]),
  );
  registry.waitAnHour();
}

/** What could not be done is in the report, and whoever reads it asks again. */
async function reindex(actor: Actor): Promise<Answer> {
  const path = `/api/packages/${owner}/alpine/${branch}/${repository}/reindex`;
  const answer = await actor.ask('reindex', 'POST', path);
  if (answer.status !== 200) return answer;
  const { failed } = JSON.parse(answer.body) as { failed: unknown[] };
  return { ...answer, isToRepeat: failed.length > 0 };
}

export const MAINTENANCE_OPERATIONS: readonly Operation[] = [
  {
    name: 'reindex',
    async prepare(actor) {
      await publishListed(actor, BAR, ARM, NOARCH);
      for (const { name } of [BAR, ARM]) await actor.ports.packages.delete(indexKey(name));
    },
    run: reindex,
    rivals: [indexWorker],
  },
  {
    name: 'reconcile',
    prepare: breakEverything,
    run: async (actor) => void (await actor.maintain({}).catch(() => {})),
    rivals: rivalsFor(FOO, OTHER_FOO).slice(0, 3),
  },
];
