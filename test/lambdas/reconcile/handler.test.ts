import { createHash } from 'node:crypto';
import { createReconcileHandler } from '#lambdas/reconcile/reconcile-handler.ts';
import { indexKey } from '#registry/object-keys.ts';
import { publishPackage } from '#registry/publish-package.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { Died, dyingAt } from '#test/support/interrupted.ts';
import { startPorts, type TestRegistry } from '#test/support/registry-ports.ts';

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

test('a run logs one line of JSON that says what there is and what was done', async () => {
  const foo = await publish('main');
  const lines: string[] = [];
  await createReconcileHandler(registry.ports, (line) => lines.push(line))();
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      message: 'reconciled',
      indexes: 1,
      packages: 1,
      counts: { healed: 2, unexplained: 0, failed: 0 },
      healed: [
        { kind: 'key-published', key: expect.stringMatching(/^acme\/test-[0-9a-f]{8}\.rsa\.pub$/) },
        { kind: 'index-written', key: indexKey(foo) },
      ],
      unexplained: [],
      failed: [],
    },
  ]);
});

test('a run that could not do everything logs what it could, and fails, so that it comes again', async () => {
  const foo = await publish('sick');
  const packages = dyingAt(registry.ports.packages, 'put', 'before');
  const lines: string[] = [];
  const run = createReconcileHandler({ ...registry.ports, packages }, (line) => lines.push(line))();
  await expect(run).rejects.toMatchObject({
    message: `These could not be reconciled: ${indexKey(foo)}`,
    errors: [expect.any(Died)],
  });
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    failed: [{ key: indexKey(foo), error: 'Error: died before put' }],
  });
});

test('a line stays short enough for a log, and its counts are whole, however much was found', async () => {
  const body = Buffer.from('put by hand');
  const sha256 = createHash('sha256').update(body).digest('hex');
  const object = { body, sha256, contentType: 'a/b', cacheControl: '' };
  for (let i = 0; i < 60; i++)
    await registry.ports.packages.put(`stray/${'x'.repeat(900)}${i}`, object, { absent: true });
  const lines: string[] = [];
  await createReconcileHandler(registry.ports, (line) => lines.push(line))();
  expect(JSON.parse(lines[0] ?? '').counts.unexplained).toBe(60);
  expect(Buffer.byteLength(lines[0] ?? '')).toBeLessThan(256 * 1024);
});
