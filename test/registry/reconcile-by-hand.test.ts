import { encodeIndex } from '#apk/package-index.ts';
import { deletePackage } from '#registry/delete-package.ts';
import { indexKey, packageKey } from '#registry/object-keys.ts';
import { signIndex } from '#registry/sign-index.ts';
import { updateIndexes } from '#registry/update-indexes.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { startPorts } from '#test/support/registry-ports.ts';
import { changeOf, listedIn } from '#test/support/registry-state.ts';
import { newRepository, pathOf, registryToBreak } from './reconcile-under-test.ts';

const { ports, publishListed, reconciled, stateOf, putByHand } = registryToBreak();

describe('a change by hand', () => {
  test('a package whose object was removed leaves every index and the table, and is reported', async () => {
    const repository = newRepository();
    const foo = await publishListed(repository, { arch: 'noarch' });
    const bar = await publishListed(repository, { name: 'bar' });
    await ports().packages.delete(packageKey(foo));
    const { healed, unexplained } = await reconciled(repository);
    expect(unexplained).toEqual([{ kind: 'missing-object', key: packageKey(foo) }]);
    expect(healed.map(({ kind }) => kind).sort()).toEqual(['index-removed', 'index-written']);
    expect(await listedIn(bar, ports())).toEqual(['bar-1.0-r0.apk']);
    expect(await listedIn(foo, ports())).toBeUndefined();
    expect(await stateOf(foo)).toBeUndefined();
  });

  test('an object that was put is reported, not listed and not removed', async () => {
    const repository = newRepository();
    const foo = await publishListed(repository);
    const folder = `${pathOf(repository)}/x86_64`;
    const keys = [
      `${folder}/bar-1.0-r0.apk`,
      `${folder}/notes + more\u0001.txt`,
      `${pathOf(repository)}/armv7/bar-1.0-r0.apk`,
      `${folder}/deep/bar-1.0-r0.apk`,
    ];
    for (const key of keys) await putByHand(key, await buildPackage({ name: 'bar' }));
    const { healed, unexplained } = await reconciled(repository);
    expect(unexplained.map(({ kind }) => kind)).toEqual(keys.map(() => 'orphan'));
    expect(unexplained.map(({ key }) => key).sort()).toEqual([...keys].sort());
    expect(healed).toEqual([]);
    expect(await listedIn(foo, ports())).toEqual(['foo-1.0-r0.apk']);
    for (const key of keys) {
      expect(await ports().packages.head(key)).toBeDefined();
      await ports().packages.delete(key);
    }
  });

  test('an object that was replaced by one of another size is reported and left as it is', async () => {
    const repository = newRepository();
    const foo = await publishListed(repository);
    await putByHand(packageKey(foo), Buffer.from('another'));
    const { healed, unexplained } = await reconciled(repository);
    expect(unexplained).toEqual([{ kind: 'changed-object', key: packageKey(foo) }]);
    expect(healed).toEqual([]);
    expect(await stateOf(foo)).toBe('live');
  });

  test('an index that was deleted is made again, with the noarch packages of its repository', async () => {
    const repository = newRepository();
    const [foo, any] = [
      await publishListed(repository),
      await publishListed(repository, { name: 'any', arch: 'noarch' }),
    ];
    for (const { arch } of [foo, any]) await ports().packages.delete(indexKey({ ...repository, arch }));
    const { healed } = await reconciled(repository);
    expect(healed).toHaveLength(2);
    expect(await listedIn(foo, ports())).toEqual(['any-1.0-r0.apk', 'foo-1.0-r0.apk']);
    expect(await listedIn(any, ports())).toEqual(['any-1.0-r0.apk']);
  });

  test('an index that was overwritten is made again, byte for byte', async () => {
    const repository = newRepository();
    const foo = await publishListed(repository);
    const index = await ports().packages.get(indexKey(foo));
    await putByHand(indexKey(foo), Buffer.from('not an index'));
    const { healed } = await reconciled(repository);
    expect(healed).toEqual([{ kind: 'index-written', key: indexKey(foo) }]);
    expect(await ports().packages.get(indexKey(foo))).toEqual(index);
  });

  test('an index of another repository is replaced by what the records say', async () => {
    const repository = newRepository();
    const foo = await publishListed(repository);
    const other = await publishListed(newRepository(), { name: 'other' });
    const index = await ports().packages.get(indexKey(other));
    await putByHand(indexKey(foo), index?.body ?? new Uint8Array());
    await reconciled(repository);
    expect(await listedIn(foo, ports())).toEqual(['foo-1.0-r0.apk']);
  });

  test.each([
    ['is removed when none of its packages is published', (index: Uint8Array) => index],
    ['with nothing in it is removed', async () => signIndex(await encodeIndex([], ''), ports().signers)],
  ])('an index %s', async (_, leftover) => {
    const repository = newRepository();
    const foo = await publishListed(repository);
    const index = await ports().packages.get(indexKey(foo));
    await deletePackage(foo, ports());
    await updateIndexes([changeOf(foo)], ports());
    await putByHand(indexKey(foo), await leftover(index?.body ?? new Uint8Array()));
    const { healed } = await reconciled(repository);
    expect(healed).toEqual([{ kind: 'index-removed', key: indexKey(foo) }]);
    expect(await listedIn(foo, ports())).toBeUndefined();
  });

  test('nothing of the bucket is removed when the table was lost, neither packages nor indexes', async () => {
    const repository = newRepository();
    const foo = await publishListed(repository);
    const empty = await startPorts();
    const { records } = empty.ports;
    const { healed, unexplained } = await reconciled(repository, { records });
    await empty.close();
    expect(healed).toEqual([]);
    expect(unexplained.map(({ key }) => key).sort()).toEqual([indexKey(foo), packageKey(foo)].sort());
    expect(await listedIn(foo, ports())).toEqual(['foo-1.0-r0.apk']);
  });
});
