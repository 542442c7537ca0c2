import { deletePackage } from '#registry/delete-package.ts';
import { packageKey } from '#registry/object-keys.ts';
import { reconcile } from '#registry/reconcile.ts';
import { reindex } from '#registry/reindex.ts';
import { dyingAt } from '#test/support/interrupted.ts';
import { listedIn } from '#test/support/registry-state.ts';
import { later, newRepository, pathOf, registryToBreak } from './reconcile-under-test.ts';

const { ports, publish, publishListed, reconciled, stateOf } = registryToBreak();

/** What a registry has that several processes died in; all of it is to be finished. */
async function breakIn(repository: ReturnType<typeof newRepository>) {
  const stored = await publish(repository, { name: 'unlisted' });
  const lost = await publishListed(repository, { name: 'lost' });
  await ports().packages.delete(packageKey(lost));
  const dying = await publishListed(repository, { name: 'half-deleted' });
  const packages = dyingAt(ports().packages, 'delete', 'before');
  await expect(deletePackage(dying, { ...ports(), packages })).rejects.toThrow('died');
  await publish(repository, { name: 'any', arch: 'noarch' });
  await ports().readers.update(new Map([['v/nobody', 'public']]));
  return { stored, lost, dying };
}

test('comparisons at the same time, and a reindex beside them, do what one would have done', async () => {
  const repository = newRepository('at-once');
  const { stored, lost, dying } = await breakIn(repository);
  const reports = await Promise.all([
    reconcile({ ...ports(), clock: later }),
    reconcile({ ...ports(), clock: later }),
    reconcile({ ...ports(), clock: later }),
    reindex(repository, ports()),
  ]);
  expect(reports.flatMap(({ failed }) => failed)).toEqual([]);
  expect((await listedIn({ ...repository, arch: 'x86_64' }, ports()))?.sort()).toEqual([
    'any-1.0-r0.apk',
    'unlisted-1.0-r0.apk',
  ]);
  expect(await stateOf(stored)).toBe('live');
  expect(await stateOf(lost)).toBeUndefined();
  expect(await stateOf(dying)).toBeUndefined();
  expect(await ports().readers.list()).not.toHaveProperty('v/nobody');
  expect(await reconciled(repository, { clock: later })).toEqual({ healed: [], unexplained: [] });
  const losses = reports.flatMap((report) => ('unexplained' in report ? report.unexplained : []));
  expect(losses.filter(({ key }) => key.startsWith(`${pathOf(repository)}/`))).toEqual([
    { kind: 'missing-object', key: packageKey(lost) },
  ]);
});
