import { createReconcileHandler } from '#lambdas/reconcile/reconcile-handler.ts';
import { indexKey } from '#registry/object-keys.ts';
import type { Observer } from '#registry/observer.ts';
import { publishPackage } from '#registry/publish-package.ts';
import type { ReconcileReport } from '#registry/reconcile-report.ts';
import { buildPackage } from '#test/support/build-package.ts';
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
