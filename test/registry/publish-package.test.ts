import { createHash } from 'node:crypto';
import { createIndexHandler } from '#lambdas/index-packages/index-handler.ts';
import { packageKey } from '#registry/object-keys.ts';
import type { RepositoryName } from '#registry/ports.ts';
import { publishPackage } from '#registry/publish-package.ts';
import { updateIndexes } from '#registry/update-indexes.ts';
import { Died, dyingAt, wrapping } from '#test/support/interrupted.ts';
import { startPorts, type TestRegistry } from '#test/support/registry-ports.ts';
import { changeOf, listedIn } from '#test/support/registry-state.ts';
import { afterTheLease, foo, fooIn, newRepository, publishAt } from './publish-under-test.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startPorts();
});
afterAll(() => registry.close());

const publish = publishAt(() => registry);

test('a published file is stored as it was sent, and its record is live', async () => {
  const { packages, records } = registry.ports;
  const repository = newRepository();
  const file = await foo('one');
  const { record } = await publish(repository, file);
  expect(record).toMatchObject({
    ...fooIn(repository),
    state: 'live',
    size: file.length,
    publishedBy: 'tester',
  });
  expect(Buffer.from((await packages.get(packageKey(record)))?.body ?? '')).toEqual(file);
  expect((await records.read([record]))[0]).toEqual(record);
});

test('a published file never changes: the second publish is refused, with the same content, too', async () => {
  const repository = newRepository();
  const file = await foo('one');
  await publish(repository, file);
  for (const again of [file, await foo('two')]) {
    await expect(publish(repository, again)).rejects.toMatchObject({ code: 'already-published' });
  }
  const stored = await registry.ports.packages.get(packageKey(fooIn(repository)));
  expect(Buffer.from(stored?.body ?? '')).toEqual(file);
});

test('a faulty package leaves neither a record nor an object', async () => {
  const repository = newRepository();
  const faulty = (await foo('one')).subarray(0, -10);
  await expect(publish(repository, faulty)).rejects.toMatchObject({ code: 'truncated' });
  expect(await registry.ports.records.read([fooIn(repository)])).toEqual([]);
  expect(await registry.ports.packages.head(packageKey(fooIn(repository)))).toBeUndefined();
});

describe('of many who publish the same file at once', () => {
  test('one succeeds with different content, and it is its bytes that are stored', async () => {
    const repository = newRepository();
    const files = await Promise.all(Array.from({ length: 8 }, (_, i) => foo(`content ${i}`)));
    const outcomes = await Promise.allSettled(files.map((file) => publish(repository, file)));
    const winners = outcomes.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []));
    expect(winners).toHaveLength(1);
    const stored = await registry.ports.packages.get(packageKey(fooIn(repository)));
    expect(Buffer.from(stored?.body ?? '')).toEqual(files[winners[0] ?? -1]);
  });

  test('who comes second with the same content is told that it is published, or to try again', async () => {
    const file = await foo('same');
    for (let round = 0; round < 5; round++) {
      const repository = newRepository();
      const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => publish(repository, file)));
      const refused = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
      expect(refused).toHaveLength(3);
      for (const { code, identical } of refused) {
        expect(['already-published', 'claim-lost']).toContain(code);
        expect(code === 'claim-lost' || identical).toBe(true);
      }
      await expect(publish(repository, file)).rejects.toMatchObject({
        code: 'already-published',
        identical: true,
      });
    }
  });

  test('one succeeds with the same content', async () => {
    const repository = newRepository();
    const file = await foo('same');
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => publish(repository, file)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await registry.ports.records.read([fooIn(repository)]))[0]?.state).toBe('live');
  });
});

describe('a publisher that died before it stored its file', () => {
  const die = async (repository: RepositoryName) => {
    const packages = dyingAt(registry.ports.packages, 'put', 'before');
    await expect(publish(repository, await foo('one'), { packages })).rejects.toThrow(Died);
  };

  test('is forgotten when the same file is sent again', async () => {
    const repository = newRepository();
    await die(repository);
    await expect(publish(repository, await foo('one'))).resolves.toMatchObject({ record: { state: 'live' } });
  });

  test('keeps other content out until its lease has ended, and the answer says until when', async () => {
    const repository = newRepository();
    await die(repository);
    await expect(publish(repository, await foo('two'))).rejects.toMatchObject({
      code: 'being-published',
      message: expect.stringMatching(/Try again after \d{4}-\d\d-\d\dT/),
    });
    await expect(publish(repository, await foo('two'), { clock: afterTheLease })).resolves.toMatchObject({
      record: { state: 'live' },
    });
  });

  test('is not listed', async () => {
    const repository = newRepository();
    await die(repository);
    await updateIndexes([changeOf(fooIn(repository))], registry.ports);
    expect(await listedIn(fooIn(repository), registry.ports)).toBeUndefined();
  });
});

describe('a publisher that died after it stored its file', () => {
  const die = async (repository: RepositoryName) => {
    const packages = dyingAt(registry.ports.packages, 'put', 'after');
    await expect(publish(repository, await foo('one'), { packages })).rejects.toThrow(Died);
  };

  test('is confirmed by the event of the stored object', async () => {
    const repository = newRepository();
    await die(repository);
    await updateIndexes([changeOf(fooIn(repository))], registry.ports);
    expect(await listedIn(fooIn(repository), registry.ports)).toEqual(['foo-1.0-r0.apk']);
  });

  test('is no hindrance to the same file being sent again', async () => {
    const repository = newRepository();
    await die(repository);
    await expect(publish(repository, await foo('one'))).resolves.toMatchObject({ record: { state: 'live' } });
  });

  test('is replaced by other content once its lease has ended', async () => {
    const repository = newRepository();
    await die(repository);
    const two = await foo('two');
    await publish(repository, two, { clock: afterTheLease });
    const stored = await registry.ports.packages.get(packageKey(fooIn(repository)));
    expect(Buffer.from(stored?.body ?? '')).toEqual(two);
  });
});

test('a file whose object is there already, its event handled long ago, comes into the index', async () => {
  let handleEvents = createIndexHandler(registry.ports);
  const { ports, standIns, close } = await startPorts((event) => handleEvents(event));
  handleEvents = createIndexHandler(ports);
  const repository = newRepository();
  const file = await foo('one');
  const sha256 = createHash('sha256').update(file).digest('hex');
  const restored = { body: file, sha256, contentType: 'a/b', cacheControl: '' };
  await ports.packages.put(packageKey(fooIn(repository)), restored, { absent: true });
  await standIns.queue.idle();
  await publishPackage({ repository, file, publishedBy: 'tester' }, ports);
  await standIns.queue.idle();
  expect(await listedIn(fooIn(repository), ports)).toEqual(['foo-1.0-r0.apk']);
  await close();
});

test('a publish that the event confirms before the publisher does still succeeds', async () => {
  const repository = newRepository();
  const packages = wrapping(registry.ports.packages, 'put', async (call) => {
    const stored = await call();
    await updateIndexes([changeOf(fooIn(repository))], registry.ports);
    return stored;
  });
  await expect(publish(repository, await foo('one'), { packages })).resolves.toMatchObject({
    record: { state: 'live' },
  });
});
