import { createHash } from 'node:crypto';
import { adoptObjects } from '#registry/adopt-objects.ts';
import { packageKey } from '#registry/object-keys.ts';
import { reconcile } from '#registry/reconcile.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { loseTable } from '#test/support/by-hand.ts';
import { FAULTY_PACKAGES } from '#test/support/faulty-packages.ts';
import { Died, wrapping } from '#test/support/interrupted.ts';
import { listedIn } from '#test/support/registry-state.ts';
import { fooIn, fooKeyIn, registryToAdoptIn } from './adopt-under-test.ts';
import { newRepository, pathOf } from './reconcile-under-test.ts';

const { ports, clients, publish, publishListed, putByHand, copy, adopt, recordOf, reconciled } =
  registryToAdoptIn();

const nothing = { adopted: [], unchanged: 0, refused: [], failed: [], isComplete: true };

test('a package that was copied into the bucket is published as if by a publisher, when its object was made', async () => {
  const repository = newRepository();
  const file = await buildPackage();
  await copy(fooKeyIn(repository), file);
  const before = await ports().packages.head(fooKeyIn(repository));
  expect(before?.sha256).toBeUndefined();
  expect(await adopt(repository)).toEqual({ ...nothing, adopted: [fooKeyIn(repository)] });
  expect(await recordOf(fooIn(repository))).toMatchObject({
    ...fooIn(repository),
    state: 'live',
    sha256: createHash('sha256').update(file).digest('hex'),
    size: file.length,
    info: { name: 'foo', version: '1.0-r0', arch: 'x86_64' },
    publishedBy: 'adopted',
    publishedAt: before?.lastModified,
  });
  expect(await ports().packages.head(fooKeyIn(repository))).toEqual(before);
  await reconciled(repository);
  expect(await listedIn(fooIn(repository), ports())).toEqual(['foo-1.0-r0.apk']);
});

test('what was adopted has the same record, but for who and when, as if it were published', async () => {
  const repository = newRepository();
  const published = await publish(repository, { name: 'libstdc++', arch: 'noarch' });
  await loseTable(clients());
  await adopt(repository);
  const { publishedBy, publishedAt, claim, leaseUntil, ...rest } = published;
  expect(await recordOf(published)).toEqual({
    ...rest,
    publishedBy: 'adopted',
    publishedAt: expect.any(Number),
    claim: expect.any(String),
    leaseUntil: expect.any(Number),
  });
});

test('after the table was lost, all packages of all owners are adopted, and the indexes are as they were', async () => {
  const [one, other] = [newRepository('one'), newRepository('other')];
  const records = [
    await publishListed(one),
    await publishListed(one, { name: 'any', arch: 'noarch' }),
    await publishListed(one, { name: 'bar', arch: 'aarch64' }),
    await publishListed(other, { name: 'c++', version: '1.0_beta2~ab12-r3' }),
  ];
  const indexes = () => Promise.all(records.map((record) => listedIn(record, ports())));
  const before = await indexes();
  await loseTable(clients());
  const everything = { prefix: '', stopAt: Number.POSITIVE_INFINITY };
  const { adopted, failed } = await adoptObjects(everything, ports());
  expect(adopted).toEqual(expect.arrayContaining(records.map(packageKey)));
  expect(failed).toEqual([]);
  await reconcile(ports());
  expect(await indexes()).toEqual(before);
  expect(before).not.toContain(undefined);
});

test('a second run adopts nothing, and does not even read what the first one has', async () => {
  const repository = newRepository();
  await publish(repository, { name: 'published' });
  await copy(fooKeyIn(repository), await buildPackage());
  await adopt(repository);
  const packages = wrapping(ports().packages, 'stream', async () => {
    throw new Died('read again');
  });
  expect(await adopt(repository, { packages })).toEqual({ ...nothing, unchanged: 2 });
});

test('a run that has no time left says so, and the next one goes on', async () => {
  const repository = newRepository();
  const keys = Array.from({ length: 20 }, (_, i) => `${pathOf(repository)}/x86_64/p${i}-1-r0.apk`);
  for (const [i, key] of keys.entries())
    await copy(key, await buildPackage({ name: `p${i}`, version: '1-r0' }));
  let looks = 0;
  const request = { prefix: `${pathOf(repository)}/`, stopAt: 1 };
  const records = wrapping(ports().records, 'read', (call) => {
    looks += 1;
    return call();
  });
  const clock = () => (looks < 16 ? 0 : Date.now());
  const first = await adoptObjects(request, { ...ports(), records, clock });
  expect(first).toMatchObject({ isComplete: false, refused: [], failed: [] });
  expect(first.adopted).toHaveLength(16);
  const second = await adopt(repository);
  expect(second).toMatchObject({ isComplete: true, unchanged: 16 });
  expect([...first.adopted, ...second.adopted].sort()).toEqual([...keys].sort());
});

test('an adoption that died is gone on with by the next, without waiting for its lease', async () => {
  const repository = newRepository();
  await copy(fooKeyIn(repository), await buildPackage());
  const records = wrapping(ports().records, 'transition', async () => {
    throw new Died('died before transition');
  });
  const { failed } = await adopt(repository, { records });
  expect(failed).toEqual([{ key: fooKeyIn(repository), error: expect.any(Died) }]);
  expect((await adopt(repository)).adopted).toEqual([fooKeyIn(repository)]);
});

/** Another package of the same name, version and size. */
async function buildTwin(): Promise<Buffer> {
  const one = await buildPackage();
  for (let i = 0; i < 1000; i++) {
    const twin = await buildPackage({ fields: { builddate: String(1_700_000_001 + i) } });
    if (twin.length === one.length) return twin;
  }
  throw new Error('No two packages have one size.');
}

test('an object that was replaced by another right package, even of its size, is published as what it is', async () => {
  const repository = newRepository();
  const foo = await publishListed(repository);
  await putByHand(fooKeyIn(repository), await buildTwin());
  expect(await reconciled(repository)).toEqual({ healed: [], unexplained: [] });
  expect((await adopt(repository)).adopted).toEqual([fooKeyIn(repository)]);
  const { healed, unexplained } = await reconciled(repository);
  expect(healed.map(({ kind }) => kind)).toEqual(['index-written']);
  expect(unexplained).toEqual([]);
  expect((await recordOf(foo))?.checksum).not.toBe(foo.checksum);
});

test('the same bytes copied over a published package change nothing', async () => {
  const repository = newRepository();
  const foo = await publishListed(repository);
  await copy(fooKeyIn(repository), await buildPackage());
  expect(await adopt(repository)).toEqual({ ...nothing, unchanged: 1 });
  expect(await recordOf(foo)).toEqual(foo);
});

describe('what a publish would refuse is reported, and left where it is', () => {
  test.each(FAULTY_PACKAGES)('$code: $title', async ({ code, bytes }) => {
    const repository = newRepository();
    const key = fooKeyIn(repository);
    await copy(key, await bytes());
    const before = await ports().packages.head(key);
    expect(await adopt(repository)).toEqual({
      ...nothing,
      refused: [{ key, code, message: expect.any(String) }],
    });
    expect(await recordOf(fooIn(repository))).toBeUndefined();
    expect(await ports().packages.head(key)).toEqual(before);
  });

  test.each([
    ['wrong-key', 'acme/v1/names/x86_64/bar-1.0-r0.apk'],
    ['wrong-key', 'acme/v1/names/x86_64/foo-1.0-r1.apk'],
    ['wrong-key', 'acme/v1/names/aarch64/foo-1.0-r0.apk'],
    ['wrong-key', 'acme/v1/names/noarch/foo-1.0-r0.apk'],
    ['wrong-key', 'acme/v1/names/x86_64/foo_1.0-r0_x86_64.apk'],
    ['wrong-key', 'acme/v1/names/foo-1.0-r0.apk'],
    ['wrong-key', 'acme/v1/names/deep/x86_64/foo-1.0-r0.apk'],
    ['wrong-key', 'Acme/v1/names/x86_64/foo-1.0-r0.apk'],
    ['reserved-owner', 'api/v1/names/x86_64/foo-1.0-r0.apk'],
    ['bad-owner', 'a b/v1/names/x86_64/foo-1.0-r0.apk'],
    ['bad-branch', 'acme/-v1/names/x86_64/foo-1.0-r0.apk'],
    ['bad-repository', 'acme/v1/a+b/x86_64/foo-1.0-r0.apk'],
  ])('%s: %s', async (code, key) => {
    await copy(key, await buildPackage());
    const report = await adoptObjects({ prefix: key, stopAt: Number.POSITIVE_INFINITY }, ports());
    expect(report).toEqual({ ...nothing, refused: [{ key, code, message: expect.any(String) }] });
    expect(await ports().packages.head(key)).toBeDefined();
    await ports().packages.delete(key);
  });

  test('the right ones beside it are adopted', async () => {
    const repository = newRepository();
    await copy(`${pathOf(repository)}/x86_64/bad-1.0-r0.apk`, Buffer.from('not a package'));
    await copy(fooKeyIn(repository), await buildPackage());
    const { adopted, refused } = await adopt(repository);
    expect(adopted).toEqual([fooKeyIn(repository)]);
    expect(refused.map(({ code }) => code)).toEqual(['not-gzip']);
    await reconciled(repository);
    expect(await listedIn(fooIn(repository), ports())).toEqual(['foo-1.0-r0.apk']);
  });

  test('an index, a key or another file is passed over', async () => {
    const repository = newRepository();
    for (const name of ['x86_64/APKINDEX.tar.gz', 'x86_64/notes.txt', 'x.rsa.pub'])
      await copy(`${pathOf(repository)}/${name}`, Buffer.from('text'));
    expect(await adopt(repository)).toEqual(nothing);
  });
});
