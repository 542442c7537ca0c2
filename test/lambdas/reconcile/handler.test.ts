import { createMaintenanceHandler } from '#lambdas/reconcile/maintenance-handler.ts';
import { createReconcileHandler } from '#lambdas/reconcile/reconcile-handler.ts';
import { indexKey } from '#registry/object-keys.ts';
import type { Observer } from '#registry/observer.ts';
import { publishPackage } from '#registry/publish-package.ts';
import type { ReconcileReport } from '#registry/reconcile-report.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { copyByHand } from '#test/support/by-hand.ts';
import { Died, dyingAt } from '#test/support/interrupted.ts';
import { silentObserver, startPorts, type TestRegistry } from '#test/support/registry-ports.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startPorts();
});
afterAll(() => registry.close());

async function publish(repository: string) {
  const request = {
    repository: { owner: 'acme', branch: 'edge', repository },
    file: await buildPackage(),
    publishedBy: 'tester',
  };
  return (await publishPackage(request, registry.ports)).record;
}

function keepingReports() {
  const reports: ReconcileReport[] = [];
  const observer: Observer = { ...silentObserver, reconciled: (report) => reports.push(report) };
  return { observer, reports };
}

test('whoever runs the registry is told what there is and what was done', async () => {
  const foo = await publish('main');
  const { observer, reports } = keepingReports();
  await createReconcileHandler({ ...registry.ports, observer })();
  expect(reports).toEqual([
    {
      indexes: 1,
      packages: 1,
      healed: [
        { kind: 'key-published', key: expect.stringMatching(/^acme\/test-[0-9a-f]{8}\.rsa\.pub$/) },
        { kind: 'index-written', key: indexKey(foo) },
      ],
      unexplained: [],
      failed: [],
    },
  ]);
});

test('a run that could not do everything tells what it could, and fails, so that it comes again', async () => {
  const foo = await publish('sick');
  const packages = dyingAt(registry.ports.packages, 'put', 'before');
  const { observer, reports } = keepingReports();
  const run = createReconcileHandler({ ...registry.ports, packages, observer })();
  await expect(run).rejects.toMatchObject({
    message: `These could not be reconciled: ${indexKey(foo)}`,
    errors: [expect.any(Died)],
  });
  expect(reports).toMatchObject([{ failed: [{ key: indexKey(foo), error: expect.any(Died) }] }]);
});

test('an operator who asks to adopt a folder is told what was, and what was not and why', async () => {
  const folder = 'acme/edge/copied/x86_64';
  await copyByHand(registry.standIns.clients, `${folder}/foo-1.0-r0.apk`, await buildPackage());
  await copyByHand(registry.standIns.clients, `${folder}/bar-1.0-r0.apk`, Buffer.from('not a package'));
  await copyByHand(registry.standIns.clients, 'acme/edge/other/x86_64/foo-1.0-r0.apk', await buildPackage());
  const reports = await createReconcileHandler(registry.ports)(
    { adopt: 'acme/edge/copied/' },
    15 * 60 * 1000,
  );
  expect(reports).toMatchObject({
    adopted: {
      isComplete: true,
      counts: { adopted: 1, unchanged: 0, refused: 1, failed: 0 },
      adopted: [`${folder}/foo-1.0-r0.apk`],
      refused: [{ key: `${folder}/bar-1.0-r0.apk`, code: 'not-gzip', message: expect.any(String) }],
      failed: [],
    },
    reconciled: {
      healed: expect.arrayContaining([{ kind: 'index-written', key: `${folder}/APKINDEX.tar.gz` }]),
    },
  });
});

test('so much to adopt that Lambda would end it first is left for the next run, and the indexes are made', async () => {
  await copyByHand(registry.standIns.clients, 'acme/edge/late/x86_64/foo-1.0-r0.apk', await buildPackage());
  const handle = createReconcileHandler(registry.ports);
  const { adopted } = await handle({ adopt: 'acme/edge/late/' }, 4 * 60 * 1000);
  expect(adopted).toMatchObject({ isComplete: false, counts: { adopted: 0 } });
});

test("EventBridge's event adopts nothing", async () => {
  const event = { version: '0', 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} };
  const { adopted } = await createReconcileHandler(registry.ports)(event, 15 * 60 * 1000);
  expect(adopted).toBeUndefined();
});

test.each([{ adopt: 5 }, { adopt: '/acme/' }, { adopt: null }, null, 'acme/'])(
  '%j is refused before anything is done',
  async (event) => {
    const { observer, reports } = keepingReports();
    const handle = createReconcileHandler({ ...registry.ports, observer });
    await expect(handle(event)).rejects.toThrow(/adopt|expected object/i);
    expect(reports).toEqual([]);
  },
);

test('an object that could not be read fails the run, so that somebody looks, and holds up nothing', async () => {
  const key = 'acme/edge/unread/x86_64/foo-1.0-r0.apk';
  await copyByHand(registry.standIns.clients, key, await buildPackage());
  const packages = dyingAt(registry.ports.packages, 'stream', 'before');
  const { observer, reports } = keepingReports();
  const handle = createReconcileHandler({ ...registry.ports, packages, observer });
  await expect(handle({ adopt: 'acme/edge/unread/' })).rejects.toMatchObject({
    message: `These could not be reconciled: ${key}`,
    errors: [expect.any(Died)],
  });
  expect(reports).toHaveLength(1);
});

test('whoever waits for the answer finds in it what failed, and whoever runs the registry finds the cause', async () => {
  const foo = await publish('awaited');
  const packages = dyingAt(registry.ports.packages, 'put', 'before');
  const failures: unknown[] = [];
  const observer: Observer = { ...silentObserver, failed: (error) => failures.push(error) };
  const { reconciled } = await createReconcileHandler({ ...registry.ports, packages, observer })({
    reconcile: true,
  });
  expect(reconciled.failed).toContainEqual({ key: indexKey(foo), error: 'Error: died before put' });
  expect(failures).toEqual([expect.objectContaining({ errors: expect.arrayContaining([expect.any(Died)]) })]);
});

test('an event that names a repository makes its indexes anew, and leaves the others alone', async () => {
  const [foo, other] = [await publish('named'), await publish('unnamed')];
  const { owner, branch, repository } = foo;
  const handle = createMaintenanceHandler(registry.ports);
  expect(await handle({ reindex: { owner, branch, repository } })).toEqual({
    reindexed: [indexKey(foo)],
    changed: [indexKey(foo)],
    failed: [],
  });
  expect(await registry.ports.packages.head(indexKey(other))).toBeUndefined();
  await handle({ source: 'aws.events' });
  expect(await registry.ports.packages.head(indexKey(other))).toBeDefined();
});

test.each([
  { reindex: 'acme/edge/main' },
  { reindex: { owner: 'acme', branch: 'edge' } },
  { reconcile: 'yes' },
])('%j is refused', async (event) => {
  await expect(createMaintenanceHandler(registry.ports)(event)).rejects.toThrow(/reindex|reconcile/);
});

test('a repository that is named wrongly is an error that says so', async () => {
  const reindex = { owner: 'acme', branch: 'edge', repository: 'mian' };
  await expect(createMaintenanceHandler(registry.ports)({ reindex })).rejects.toMatchObject({
    code: 'not-found',
  });
});
