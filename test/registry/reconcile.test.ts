import { deletePackage } from '#registry/delete-package.ts';
import { indexKey, packageKey } from '#registry/object-keys.ts';
import type { PackageBucket, RepositoryName } from '#registry/ports.ts';
import { reconcile } from '#registry/reconcile.ts';
import { updateIndexes } from '#registry/update-indexes.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { Died, dyingAt, wrapping } from '#test/support/interrupted.ts';
import { changeOf, fileOf, listedIn } from '#test/support/registry-state.ts';
import { later, newRepository, pathOf, registryToBreak } from './reconcile-under-test.ts';

const { ports, publish, publishListed, reconciled, stateOf, putByHand } = registryToBreak();

const fooIn = (repository: RepositoryName) => fileOf(`${pathOf(repository)}/x86_64/foo-1.0-r0.apk`);

/** The same bucket, but a look for one key does `around`, which may do something else before or after it. */
function whenLookedFor(
  key: string,
  around: (look: () => ReturnType<PackageBucket['head']>) => ReturnType<PackageBucket['head']>,
): PackageBucket {
  const { packages } = ports();
  return new Proxy(packages, {
    get(target, property) {
      const value = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      if (property !== 'head') return value.bind(target);
      return (asked: string) => (asked === key ? around(() => target.head(key)) : target.head(asked));
    },
  });
}

test('a published package whose event was lost is listed', async () => {
  const repository = newRepository();
  const foo = await publish(repository);
  expect(await listedIn(foo, ports())).toBeUndefined();
  const { healed, unexplained } = await reconciled(repository);
  expect(healed).toEqual([{ kind: 'index-written', key: indexKey(foo) }]);
  expect(unexplained).toEqual([]);
  expect(await listedIn(foo, ports())).toEqual(['foo-1.0-r0.apk']);
});

test('a deleted package whose event was lost is listed no more, and can be published again', async () => {
  const repository = newRepository();
  const [foo, bar] = [await publishListed(repository), await publishListed(repository, { name: 'bar' })];
  await deletePackage(foo, ports());
  const { healed } = await reconciled(repository, { clock: later });
  expect(healed).toEqual([
    { kind: 'index-written', key: indexKey(foo) },
    { kind: 'delete-finished', key: packageKey(foo) },
  ]);
  expect(await listedIn(bar, ports())).toEqual(['bar-1.0-r0.apk']);
  expect((await publish(repository)).state).toBe('live');
});

describe('a publish', () => {
  test('that died before it stored its file keeps its claim until the lease ends, and no longer', async () => {
    const repository = newRepository();
    const packages = dyingAt(ports().packages, 'put', 'before');
    await expect(publish(repository, {}, { packages })).rejects.toThrow(Died);
    expect(await reconciled(repository)).toEqual({ healed: [], unexplained: [] });
    expect(await ports().records.read([fooIn(repository)])).toHaveLength(1);
    const { healed } = await reconciled(repository, { clock: later });
    expect(healed).toEqual([{ kind: 'claim-expired', key: packageKey(fooIn(repository)) }]);
    expect(await ports().records.read([fooIn(repository)])).toEqual([]);
  });

  test('that died after it stored its file is published', async () => {
    const repository = newRepository();
    const packages = dyingAt(ports().packages, 'put', 'after');
    await expect(publish(repository, {}, { packages })).rejects.toThrow(Died);
    const { healed } = await reconciled(repository);
    expect(healed.map(({ kind }) => kind)).toEqual(['publish-confirmed', 'index-written']);
    expect(await listedIn(fooIn(repository), ports())).toEqual(['foo-1.0-r0.apk']);
  });

  test('that died where another file lies leaves that file to be reported', async () => {
    const repository = newRepository();
    const key = packageKey(fooIn(repository));
    const packages = dyingAt(ports().packages, 'put', 'before');
    await expect(publish(repository, {}, { packages })).rejects.toThrow(Died);
    await putByHand(key, Buffer.from('another'));
    const { healed, unexplained } = await reconciled(repository, { clock: later });
    expect(healed).toEqual([{ kind: 'claim-expired', key }]);
    expect(unexplained).toEqual([{ kind: 'orphan', key }]);
    expect(await ports().packages.head(key)).toBeDefined();
  });

  test('that takes an expired claim over while it is being removed keeps it', async () => {
    const repository = newRepository();
    const packages = dyingAt(ports().packages, 'put', 'before');
    await expect(publish(repository, {}, { packages })).rejects.toThrow(Died);
    const records = wrapping(ports().records, 'remove', async (call) => {
      await publish(repository);
      return call();
    });
    await reconciled(repository, { records, clock: later });
    expect((await ports().records.read([fooIn(repository)]))[0]?.state).toBe('live');
  });

  test('that begins while its object is looked for is no orphan', async () => {
    const repository = newRepository();
    const key = packageKey(fooIn(repository));
    await publishListed(repository, { name: 'bar' });
    await putByHand(key, await buildPackage());
    const packages = whenLookedFor(key, async (look) => {
      const object = await look();
      await publish(repository);
      return object;
    });
    const { unexplained } = await reconciled(repository, { packages });
    expect(unexplained).toEqual([]);
  });
});

describe('a delete', () => {
  test('that died before it removed the object is finished, once nobody can still be at it', async () => {
    const repository = newRepository();
    const foo = await publishListed(repository);
    const packages = dyingAt(ports().packages, 'delete', 'before');
    await expect(deletePackage(foo, { ...ports(), packages })).rejects.toThrow(Died);
    await reconciled(repository);
    expect(await stateOf(foo)).toBe('deleting');
    expect(await ports().packages.head(packageKey(foo))).toBeDefined();
    const { healed } = await reconciled(repository, { clock: later });
    expect(healed).toEqual([{ kind: 'delete-finished', key: packageKey(foo) }]);
    expect(await ports().packages.head(packageKey(foo))).toBeUndefined();
    expect(await listedIn(foo, ports())).toBeUndefined();
    expect(await stateOf(foo)).toBeUndefined();
  });

  test('that died after it removed the object is finished, the index first', async () => {
    const repository = newRepository();
    const foo = await publishListed(repository);
    const packages = dyingAt(ports().packages, 'delete', 'after');
    await expect(deletePackage(foo, { ...ports(), packages })).rejects.toThrow(Died);
    const { healed } = await reconciled(repository, { clock: later });
    expect(healed.map(({ kind }) => kind)).toEqual(['index-removed', 'delete-finished']);
    expect(await stateOf(foo)).toBeUndefined();
  });

  test('keeps its record as long as an index that lists the file cannot be written', async () => {
    const repository = newRepository();
    const [foo, bar] = [await publishListed(repository), await publishListed(repository, { name: 'bar' })];
    await deletePackage(foo, ports());
    const packages = dyingAt(ports().packages, 'put', 'before');
    const report = await reconcile({ ...ports(), packages, clock: later });
    expect(report.failed).toEqual([{ key: indexKey(foo), error: expect.any(Died) }]);
    expect(await stateOf(foo)).toBe('deleting');
    await reconciled(repository, { clock: later });
    expect(await stateOf(foo)).toBeUndefined();
    expect(await listedIn(bar, ports())).toEqual(['bar-1.0-r0.apk']);
  });

  test('that comes while its object is looked for is no loss', async () => {
    const repository = newRepository();
    const foo = await publishListed(repository);
    await putByHand(packageKey(foo), Buffer.from('makes it suspect'));
    const packages = whenLookedFor(packageKey(foo), async (look) => {
      await deletePackage(foo, ports());
      return look();
    });
    const { unexplained } = await reconciled(repository, { packages });
    expect(unexplained).toEqual([]);
    expect(await stateOf(foo)).toBe('deleting');
    await updateIndexes([changeOf(foo)], ports());
    expect(await stateOf(foo)).toBeUndefined();
  });
});

test('a repository that cannot be compared does not hold up the others', async () => {
  const [sick, well] = [await publish(newRepository()), await publish(newRepository())];
  const records = new Proxy(ports().records, {
    get(target, property) {
      const value = Reflect.get(target, property, target);
      if (property !== 'list') return typeof value === 'function' ? value.bind(target) : value;
      return (index: RepositoryName & { arch: string }) =>
        index.repository === sick.repository ? Promise.reject(new Error('no')) : target.list(index);
    },
  });
  const { failed } = await reconcile({ ...ports(), records });
  expect(failed).toEqual([{ key: pathOf(sick), error: new Error('no') }]);
  expect(await listedIn(well, ports())).toEqual(['foo-1.0-r0.apk']);
  await reconciled(sick);
});
