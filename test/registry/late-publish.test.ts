import { createIndexHandler } from '#lambdas/index-packages/index-handler.ts';
import { deletePackage } from '#registry/delete-package.ts';
import { packageKey } from '#registry/object-keys.ts';
import type { RepositoryName } from '#registry/ports.ts';
import { type PublishPorts, publishPackage } from '#registry/publish-package.ts';
import { updateIndexes } from '#registry/update-indexes.ts';
import { wrapping } from '#test/support/interrupted.ts';
import { startPorts, type TestRegistry } from '#test/support/registry-ports.ts';
import { changeOf, listedIn } from '#test/support/registry-state.ts';
import { afterTheLease, foo, fooIn, newRepository, publishAt } from './publish-under-test.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startPorts();
});
afterAll(() => registry.close());

const publish = publishAt(() => registry);
const handleEvents = (repository: RepositoryName) =>
  updateIndexes([changeOf(fooIn(repository))], registry.ports);
const stateOf = async (repository: RepositoryName) =>
  (await registry.ports.records.read([fooIn(repository)]))[0]?.state;
const storedOf = async (repository: RepositoryName) =>
  Buffer.from((await registry.ports.packages.get(packageKey(fooIn(repository))))?.body ?? '');

/** The bucket of a publisher that sleeps before it stores its file, while others do something. */
function sleepingBeforeStore(meanwhile: () => Promise<unknown>): PublishPorts['packages'] {
  let isAsleep = true;
  return wrapping(registry.ports.packages, 'put', async (store) => {
    if (isAsleep) {
      isAsleep = false;
      await meanwhile();
    }
    return store();
  });
}

test('a publish that sleeps until its claim is given up is published when it wakes up, and leaves no orphan', async () => {
  const { records } = registry.ports;
  const repository = newRepository();
  let isAsleep = true;
  const packages = wrapping(registry.ports.packages, 'put', async (call) => {
    const [claimed] = isAsleep ? await records.read([fooIn(repository)]) : [];
    if (claimed) await records.remove(claimed, claimed.claim, 'pending');
    isAsleep = false;
    return call();
  });
  await expect(publish(repository, await foo('one'), { packages })).resolves.toMatchObject({
    record: { state: 'live' },
  });
  expect((await records.read([fooIn(repository)]))[0]?.state).toBe('live');
});

test('a publish that was listed and deleted before it could say so brings nothing back', async () => {
  const repository = newRepository();
  const packages = wrapping(registry.ports.packages, 'put', async (call) => {
    const stored = await call();
    await updateIndexes([changeOf(fooIn(repository))], registry.ports);
    await deletePackage(fooIn(repository), registry.ports);
    await updateIndexes([changeOf(fooIn(repository))], registry.ports);
    return stored;
  });
  await expect(publish(repository, await foo('one'), { packages })).rejects.toMatchObject({
    code: 'claim-lost',
  });
  expect(await registry.ports.packages.head(packageKey(fooIn(repository)))).toBeUndefined();
});

test('a publish whose claim was taken over does not touch what the other stored', async () => {
  const repository = newRepository();
  const two = await foo('two');
  const packages = wrapping(registry.ports.packages, 'put', async (call) => {
    await publish(repository, two, { clock: afterTheLease });
    return call();
  });
  await expect(publish(repository, await foo('one'), { packages })).rejects.toMatchObject({
    code: 'already-published',
    message: expect.stringContaining('with other content'),
  });
  const stored = await registry.ports.packages.get(packageKey(fooIn(repository)));
  expect(Buffer.from(stored?.body ?? '')).toEqual(two);
});

describe('a publish that comes too late, after the file was published by another and deleted,', () => {
  const publishAndDelete = async (repository: RepositoryName, file: Uint8Array, clock = Date.now) => {
    await publish(repository, file, { clock });
    await deletePackage(fooIn(repository), registry.ports);
  };

  test('is published when it wakes up, and listed, and may be deleted', async () => {
    const repository = newRepository();
    const file = await foo('one');
    const packages = sleepingBeforeStore(() => publishAndDelete(repository, file));
    await expect(publish(repository, file, { packages })).resolves.toMatchObject({
      record: { state: 'live' },
    });
    await handleEvents(repository);
    expect(await listedIn(fooIn(repository), registry.ports)).toEqual(['foo-1.0-r0.apk']);
    await deletePackage(fooIn(repository), registry.ports);
    await handleEvents(repository);
    expect(await stateOf(repository)).toBeUndefined();
  });

  test('removes nothing that somebody else has published since', async () => {
    const repository = newRepository();
    const file = await foo('one');
    const packages = sleepingBeforeStore(() => publishAndDelete(repository, file));
    let reads = 0;
    const records = wrapping(registry.ports.records, 'read', async (read) => {
      const found = await read();
      if (reads++ > 0) return found;
      await deletePackage(fooIn(repository), registry.ports);
      await handleEvents(repository);
      await publish(repository, file);
      return found;
    });
    const [late] = await Promise.allSettled([publish(repository, file, { packages, records })]);
    expect(await storedOf(repository)).toEqual(file);
    expect(await stateOf(repository)).toBe('live');
    expect(late).toMatchObject({ reason: { code: 'already-published', identical: true } });
  });

  test('waits for that delete to end where its bytes are others, since copies of the old ones are dropped by then', async () => {
    let handle = createIndexHandler(registry.ports);
    const late = await startPorts((event) => handle(event));
    handle = createIndexHandler(late.ports);
    const repository = newRepository();
    const request = { repository, publishedBy: 'tester' };
    const [one, two] = [await foo('one'), await foo('two')];
    let isAsleep = true;
    const packages = wrapping(late.ports.packages, 'put', async (store) => {
      if (!isAsleep) return store();
      isAsleep = false;
      await publishPackage({ ...request, file: two }, { ...late.ports, clock: afterTheLease });
      await deletePackage(fooIn(repository), late.ports);
      return store();
    });
    await publishPackage({ ...request, file: one }, { ...late.ports, packages });
    await late.standIns.queue.idle();
    expect(late.forgotten).toHaveLength(1);
    expect(await listedIn(fooIn(repository), late.ports)).toEqual(['foo-1.0-r0.apk']);
    await late.close();
  });
});
