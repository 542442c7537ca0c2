import { deletePackage } from '#registry/delete-package.ts';
import { packageKey } from '#registry/object-keys.ts';
import type { PackageRecord } from '#registry/ports.ts';
import { reconcile } from '#registry/reconcile.ts';
import { RegistryError } from '#registry/registry-error.ts';
import { updateIndexes } from '#registry/update-indexes.ts';
import { changeOf, listedIn } from '#test/support/registry-state.ts';
import { later, newRepository, pathOf, registryToBreak } from './reconcile-under-test.ts';

const { ports, clients, publish, publishListed, reconciled, stateOf, putByHand } = registryToBreak();

test('a second run finds what the first one has found no more, and writes nothing', async () => {
  const repository = newRepository('twice');
  await publish(repository);
  await publish(repository, { name: 'any', arch: 'noarch' });
  const lost = await publishListed(repository, { name: 'lost' });
  await ports().packages.delete(packageKey(lost));
  await putByHand(`${pathOf(repository)}/x86_64/orphan-1.0-r0.apk`, Buffer.from('put by hand'));
  const first = await reconcile({ ...ports(), clock: later });
  expect(first.healed).not.toEqual([]);
  const writes = countWrites();
  const second = await reconcile({ ...ports(), clock: later });
  expect(writes).toEqual([]);
  expect(second).toEqual({
    ...first,
    healed: [],
    unexplained: first.unexplained.filter(({ kind }) => kind !== 'missing-object'),
  });
});

/** Names the commands that change something, from now on. */
function countWrites(): string[] {
  const writes: string[] = [];
  const { s3, dynamodb } = clients();
  const watch = (commandName = '') => {
    if (/^(?:Put|Delete|Update|BatchWrite)/.test(commandName)) writes.push(commandName);
  };
  s3.middlewareStack.add((next, { commandName }) => {
    watch(commandName);
    return next;
  });
  dynamodb.middlewareStack.add((next, { commandName }) => {
    watch(commandName);
    return next;
  });
  return writes;
}

/** So many writers may keep an index from it; the next run, or they themselves, see to that one. */
const isContended = (error: unknown) => error instanceof RegistryError && error.code === 'index-contended';

test('publishes and deletes beside it lose nothing, and nothing of theirs is reported', async () => {
  const repository = newRepository('busy');
  let isBusy = true;
  const runs = (async () => {
    const reports = [];
    while (isBusy) reports.push(await reconcile(ports()));
    return reports;
  })();
  const handleEvent = async (file: PackageRecord) => {
    while ((await updateIndexes([changeOf(file)], ports())).failed.length > 0);
  };
  const files = await Promise.all(
    Array.from({ length: 24 }, async (_, i) => {
      const contents = { name: `p${i}`, arch: i % 4 === 0 ? 'noarch' : 'x86_64' };
      const file = await publish(repository, contents);
      if (i % 5 !== 1) await handleEvent(file);
      if (i % 3 !== 0) return file;
      await deletePackage(file, ports());
      await handleEvent(file);
      if (i % 2 === 0) return undefined;
      const again = await publish(repository, contents);
      await handleEvent(again);
      return again;
    }),
  );
  isBusy = false;
  const reports = await runs;
  expect(reports.length).toBeGreaterThan(0);
  for (const { unexplained, failed } of reports) {
    expect(failed.filter(({ error }) => !isContended(error))).toEqual([]);
    expect(unexplained.filter(({ key }) => key.startsWith('busy/'))).toEqual([]);
  }
  await reconciled(repository);
  const expected = (arch?: string) =>
    files
      .flatMap((file) => (file && (arch ?? file.arch) === file.arch ? `${file.name}-1.0-r0.apk` : []))
      .sort();
  expect((await listedIn({ ...repository, arch: 'x86_64' }, ports()))?.sort()).toEqual(expected());
  expect((await listedIn({ ...repository, arch: 'noarch' }, ports()))?.sort()).toEqual(expected('noarch'));
  for (const file of files) {
    if (file === undefined) continue;
    expect(await stateOf(file)).toBe('live');
    expect(await ports().packages.head(packageKey(file))).toMatchObject({ sha256: file.sha256 });
  }
}, 60_000);
