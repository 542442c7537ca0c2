import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DynamoDBRecords } from '#aws/dynamodb-records.ts';
import { deletePackage } from '#registry/delete-package.ts';
import type { PackageRecord, RepositoryName } from '#registry/ports.ts';
import { reconcile } from '#registry/reconcile.ts';
import { RegistryError } from '#registry/registry-error.ts';
import { updateIndexes } from '#registry/update-indexes.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { Died, dyingAt, wrapping } from '#test/support/interrupted.ts';
import { ENVIRONMENT } from '#test/support/registry-ports.ts';
import { changeOf, listedIn } from '#test/support/registry-state.ts';
import { fooIn, fooKeyIn, registryToAdoptIn } from './adopt-under-test.ts';
import { newRepository, pathOf } from './reconcile-under-test.ts';

const { ports, clients, publish, publishListed, copy, adopt, recordOf, reconciled, stateOf } =
  registryToAdoptIn();

const [OURS, THEIRS] = [{}, { fields: { pkgdesc: 'Another build' } }];

/** What the registry says of the one package of each must be what the bucket has. */
async function expectAgreement(...repositories: RepositoryName[]): Promise<void> {
  await updateIndexes(
    repositories.map((repository) => changeOf(fooIn(repository), repository.repository)),
    ports(),
  );
  const { unexplained } = await reconcile(ports());
  for (const repository of repositories) {
    expect(unexplained.filter(({ key }) => key.startsWith(`${pathOf(repository)}/`))).toEqual([]);
    await expectWhole(repository);
  }
}

async function expectWhole(repository: RepositoryName): Promise<void> {
  const record = await recordOf(fooIn(repository));
  const stored = await ports().packages.get(fooKeyIn(repository));
  expect(record).toMatchObject({ state: 'live', size: stored?.body.length });
  expect(await listedIn(fooIn(repository), ports())).toEqual(['foo-1.0-r0.apk']);
}

test.each([
  ['the same bytes', OURS],
  ['other bytes', THEIRS],
])('a publish of %s at the same moment: one of the two is published, whole', async (_, contents) => {
  const repositories = Array.from({ length: 8 }, () => newRepository());
  const published = new Map<RepositoryName, string>();
  for (const repository of repositories) {
    await copy(fooKeyIn(repository), await buildPackage());
    const publishing = publish(repository, contents).catch((error: unknown) => error);
    const [outcome, report] = await Promise.all([publishing, adopt(repository)]);
    if (outcome instanceof Error) {
      expect(outcome).toBeInstanceOf(RegistryError);
      expect(['already-published', 'being-published', 'claim-lost']).toContain(
        (outcome as RegistryError).code,
      );
    } else {
      published.set(repository, (outcome as PackageRecord).sha256);
    }
    expect(report.failed).toEqual([]);
    for (const { code } of report.refused) expect(['being-published', 'claim-lost']).toContain(code);
  }
  await expectAgreement(...repositories);
  for (const [repository, sha256] of published) {
    expect(await recordOf(fooIn(repository))).toMatchObject({ sha256 });
  }
});

test.each([
  ['the same bytes', OURS],
  ['other bytes', THEIRS],
])('a publish of %s that has claimed the file, and is storing it, is left alone', async (_, contents) => {
  const repository = newRepository();
  await copy(fooKeyIn(repository), await buildPackage());
  const packages = dyingAt(ports().packages, 'put', 'before');
  await expect(publish(repository, contents, { packages })).rejects.toThrow(Died);
  const { adopted, refused } = await adopt(repository);
  expect(adopted).toEqual([]);
  expect(refused).toEqual([
    { key: fooKeyIn(repository), code: 'being-published', message: expect.stringMatching(/after 20/) },
  ]);
  const anHourLater = () => Date.now() + 60 * 60 * 1000;
  expect((await adopt(repository, { clock: anHourLater })).adopted).toEqual([fooKeyIn(repository)]);
});

test('a file that a hand replaces while it is being adopted is not published as what it was', async () => {
  const repository = newRepository();
  await copy(fooKeyIn(repository), await buildPackage());
  const records = wrapping(ports().records, 'claim', async (call) => {
    await copy(fooKeyIn(repository), await buildPackage(THEIRS));
    return call();
  });
  const { adopted, refused } = await adopt(repository, { records });
  expect(adopted).toEqual([]);
  expect(refused.map(({ code }) => code)).toEqual(['claim-lost']);
  expect((await adopt(repository)).adopted).toEqual([fooKeyIn(repository)]);
  await expectAgreement(repository);
});

test('a delete at the same moment is not undone', async () => {
  const repository = newRepository();
  const foo = await publishListed(repository);
  await copy(fooKeyIn(repository), await buildPackage(THEIRS));
  const records = wrapping(ports().records, 'remove', async (call) => {
    await deletePackage(foo, ports());
    return call();
  });
  expect((await adopt(repository, { records })).adopted).toEqual([]);
  await updateIndexes([changeOf(foo)], ports());
  expect(await ports().packages.head(fooKeyIn(repository))).toBeUndefined();
  expect(await stateOf(foo)).toBeUndefined();
  expect(await listedIn(foo, ports())).toBeUndefined();
});

test('a delete that somebody is at is left to them', async () => {
  const repository = newRepository();
  const foo = await publishListed(repository);
  const packages = dyingAt(ports().packages, 'delete', 'before');
  await expect(deletePackage(foo, { ...ports(), packages })).rejects.toThrow(Died);
  const { adopted, refused } = await adopt(repository);
  expect(adopted).toEqual([]);
  expect(refused.map(({ code }) => code)).toEqual(['being-deleted']);
});

test('a package that was put back long after its delete is neither deleted again nor lost', async () => {
  const repository = newRepository();
  const foo = await publishListed(repository);
  const yesterday = () => Date.now() - 24 * 60 * 60 * 1000;
  const documents = DynamoDBDocumentClient.from(clients().dynamodb);
  const records = new DynamoDBRecords(documents, ENVIRONMENT.TABLE_NAME, yesterday);
  await records.transition(foo, foo.claim, 'live', 'deleting');
  const { healed, unexplained } = await reconciled(repository);
  expect(healed.map(({ kind }) => kind)).toEqual(['index-removed']);
  expect(unexplained).toEqual([{ kind: 'orphan', key: fooKeyIn(repository) }]);
  expect((await adopt(repository)).adopted).toEqual([fooKeyIn(repository)]);
  await expectAgreement(repository);
});

test('publishes, deletes, comparisons and adoptions all at once lose nothing', async () => {
  const repository = newRepository('rush');
  let isBusy = true;
  const background = async (work: () => Promise<unknown>) => {
    while (isBusy) await work();
  };
  const adopting = background(async () => expect((await adopt(repository)).failed).toEqual([]));
  const comparing = background(() => reconcile(ports()));
  const names = Array.from({ length: 16 }, (_, i) => `p${i}`);
  await Promise.all(
    names.map(async (name, i) => {
      const file = await publish(repository, { name });
      if (i % 2 === 0) return;
      await deletePackage(file, ports());
      await updateIndexes([changeOf(file)], ports());
      if (i % 4 === 1)
        await copy(`${pathOf(repository)}/x86_64/${name}-1.0-r0.apk`, await buildPackage({ name }));
    }),
  );
  isBusy = false;
  await Promise.all([adopting, comparing]);
  await adopt(repository);
  expect((await reconciled(repository)).unexplained).toEqual([]);
  const expected = names.filter((_, i) => i % 4 !== 3).map((name) => `${name}-1.0-r0.apk`);
  const listed = await listedIn(fooIn(repository), ports());
  expect(listed?.sort()).toEqual(expected.sort());
}, 60_000);
