import { deletePackage } from '#registry/delete-package.ts';
import { packageKey } from '#registry/object-keys.ts';
import type { Cdn, PackageRecord } from '#registry/ports.ts';
import { publishPackage } from '#registry/publish-package.ts';
import { reconcile } from '#registry/reconcile.ts';
import { updateIndexes } from '#registry/update-indexes.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { dyingAt } from '#test/support/interrupted.ts';
import { startPorts, type TestRegistry } from '#test/support/registry-ports.ts';
import { changeOf, listedIn } from '#test/support/registry-state.ts';

const REPOSITORY = { owner: 'acme', branch: 'edge', repository: 'main' };

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startPorts();
});
beforeEach(() => registry.forgotten.splice(0));
afterAll(() => registry.close());

async function publishListed(name: string): Promise<PackageRecord> {
  const request = { repository: REPOSITORY, file: await buildPackage({ name }), publishedBy: 'tester' };
  const { record } = await publishPackage(request, registry.ports);
  await updateIndexes([changeOf(record)], registry.ports);
  return record;
}

test('what is published makes no copy be dropped', async () => {
  await publishListed('published');
  expect(registry.forgotten).toEqual([]);
});

test('copies of a deleted file are dropped after it left the index, and before its name is free', async () => {
  const record = await publishListed('deleted');
  await deletePackage(record, registry.ports);
  const seen: unknown[] = [];
  const cdn: Cdn = {
    async forget(keys) {
      const [current] = await registry.ports.records.read([record]);
      const listed = await listedIn(record, registry.ports);
      seen.push({ keys, state: current?.state, isListed: listed?.includes('deleted-1.0-r0.apk') });
      await registry.ports.cdn.forget(keys);
    },
  };
  await updateIndexes([changeOf(record)], { ...registry.ports, cdn });
  expect(seen).toEqual([{ keys: [packageKey(record)], state: 'deleting', isListed: false }]);
  expect(registry.forgotten).toEqual([`/${packageKey(record)}`]);
  expect(await registry.ports.records.read([record])).toEqual([]);
});

test('while copies cannot be dropped the change comes back, and the name is not free', async () => {
  const record = await publishListed('stuck');
  await deletePackage(record, registry.ports);
  const cdn: Cdn = {
    forget: async () => {
      throw new Error('TooManyInvalidationsInProgress');
    },
  };
  const { failed } = await updateIndexes([changeOf(record)], { ...registry.ports, cdn });
  expect(failed).toEqual([changeOf(record).id]);
  expect(await registry.ports.records.read([record])).toMatchObject([{ state: 'deleting' }]);
  expect(await updateIndexes([changeOf(record)], registry.ports)).toMatchObject({ failed: [] });
  expect(registry.forgotten).toEqual([`/${packageKey(record)}`]);
  expect(await registry.ports.records.read([record])).toEqual([]);
});

test('reconcile drops the copies of a delete that it finishes', async () => {
  const record = await publishListed('half-deleted');
  const packages = dyingAt(registry.ports.packages, 'delete', 'before');
  await expect(deletePackage(record, { ...registry.ports, packages })).rejects.toThrow('died');
  const { failed } = await reconcile({ ...registry.ports, clock: () => Date.now() + 60 * 60 * 1000 });
  expect(failed).toEqual([]);
  expect(registry.forgotten).toContain(`/${packageKey(record)}`);
  expect(await registry.ports.records.read([record])).toEqual([]);
});
