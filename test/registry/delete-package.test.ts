import { deletePackage } from '#registry/delete-package.ts';
import { packageKey } from '#registry/object-keys.ts';
import type { PackageFileName } from '#registry/ports.ts';
import { publishPackage } from '#registry/publish-package.ts';
import { updateIndexes } from '#registry/update-indexes.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { Died, dyingAt, wrapping } from '#test/support/interrupted.ts';
import { startPorts, type TestRegistry } from '#test/support/registry-ports.ts';
import { changeOf, listedIn } from '#test/support/registry-state.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startPorts();
});
afterAll(() => registry.close());

let repositories = 0;
async function published(marker = 'one', repository = `repo${repositories++}`): Promise<PackageFileName> {
  const file = await buildPackage({ name: 'foo', files: { 'usr/share/foo': marker } });
  const request = { repository: { owner: 'acme', branch: 'edge', repository }, file, publishedBy: 'tester' };
  const { record } = await publishPackage(request, registry.ports);
  await updateIndexes([changeOf(record)], registry.ports);
  return changeOf(record).file;
}

test('a deleted file is gone from the bucket, the index and the table', async () => {
  const file = await published();
  await deletePackage(file, registry.ports);
  expect(await registry.ports.packages.head(packageKey(file))).toBeUndefined();
  await updateIndexes([changeOf(file)], registry.ports);
  expect(await listedIn(file, registry.ports)).toBeUndefined();
  expect(await registry.ports.records.read([file])).toEqual([]);
});

test('what is not published, or is deleted already, is not found', async () => {
  const file = await published();
  await expect(deletePackage({ ...file, name: 'bar' }, registry.ports)).rejects.toMatchObject({
    code: 'not-found',
  });
  await deletePackage(file, registry.ports);
  await expect(deletePackage(file, registry.ports)).rejects.toMatchObject({ code: 'not-found' });
});

test('a delete that died before it removed the object is finished by the next one', async () => {
  const file = await published();
  const packages = dyingAt(registry.ports.packages, 'delete', 'before');
  await expect(deletePackage(file, { ...registry.ports, packages })).rejects.toThrow(Died);
  await deletePackage(file, registry.ports);
  expect(await registry.ports.packages.head(packageKey(file))).toBeUndefined();
});

test('a delete that comes late to the object leaves what was published after another delete', async () => {
  const file = await published('one');
  const packages = wrapping(registry.ports.packages, 'delete', async (call) => {
    await deletePackage(file, registry.ports);
    await updateIndexes([changeOf(file)], registry.ports);
    await published('two', file.repository);
    return call();
  });
  await deletePackage(file, { ...registry.ports, packages });
  expect(await registry.ports.packages.head(packageKey(file))).toBeDefined();
});

test('a delete whose mark was made by a try without an answer goes on', async () => {
  const file = await published();
  const records = wrapping(registry.ports.records, 'transition', async (call) => {
    await call();
    return call();
  });
  await deletePackage(file, { ...registry.ports, records });
  expect(await registry.ports.packages.head(packageKey(file))).toBeUndefined();
});

test('a delete that the bucket does not take says so', async () => {
  const file = await published();
  const packages = wrapping(registry.ports.packages, 'delete', async () => false);
  await expect(deletePackage(file, { ...registry.ports, packages })).rejects.toMatchObject({
    code: 'being-deleted',
  });
  await deletePackage(file, registry.ports);
});

test('a file can be published again right after its delete, with other content', async () => {
  const file = await published('one');
  await deletePackage(file, registry.ports);
  const [again] = await Promise.all([
    published('two', file.repository),
    updateIndexes([changeOf(file)], registry.ports),
  ]);
  expect(await listedIn(again, registry.ports)).toEqual(['foo-1.0-r0.apk']);
});

test('a delete whose event comes after the file was published again takes nothing away', async () => {
  const file = await published('one');
  await deletePackage(file, registry.ports);
  await updateIndexes([changeOf(file)], registry.ports);
  await published('two', file.repository);
  await updateIndexes([changeOf(file)], registry.ports);
  expect(await listedIn(file, registry.ports)).toEqual(['foo-1.0-r0.apk']);
  expect((await registry.ports.records.read([file]))[0]?.state).toBe('live');
});
