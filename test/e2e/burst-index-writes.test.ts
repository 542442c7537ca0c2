import { adapters } from '#aws/adapters.ts';
import { LOCAL_ENVIRONMENT, type RunningRegistry, startRegistry } from '#local/registry.ts';
import { packageFile } from '#registry/object-keys.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { countIndexWrites } from '#test/support/count-index-writes.ts';
import { fetchIndex } from '#test/support/fetch-index.ts';
import { registryFolder } from '#test/support/registry-folder.ts';
import { describeStarted } from '#test/support/registry-under-test.ts';
import { until } from '#test/support/until.ts';

const PUBLISHES = 200;
const CONNECTIONS = 16;
const MAX_INDEX_WRITES = 40;
const TOKEN = 'burst-token';
const INDEX = { owner: 'acme', branch: 'v3.22', repository: 'main', arch: 'x86_64' };

describeStarted('a burst of publishes', () => {
  let remove: () => Promise<void>;
  let registry: RunningRegistry;
  beforeAll(async () => {
    const temporary = await registryFolder();
    remove = temporary.remove;
    const onError = (error: unknown) => {
      throw error;
    };
    registry = await startRegistry({ port: 0, folder: temporary.folder, token: TOKEN, onError });
  });
  afterAll(async () => {
    await registry?.close();
    await remove?.();
  });

  const ask = (path: string, init?: RequestInit) => fetch(`${registry.url}${path}`, init);
  const publish = async (i: number) => {
    const body = await buildPackage({ name: `burst-${i}` });
    const headers = { authorization: `Bearer ${TOKEN}` };
    const put = await ask('/api/packages/acme/alpine/v3.22/main', { method: 'PUT', body, headers });
    expect(put.status).toBe(201);
    // Every fifth is deleted again.
    if (i % 5 !== 0) return;
    const path = `/api/packages/acme/alpine/v3.22/main/x86_64/burst-${i}-1.0-r0.apk`;
    expect((await ask(path, { method: 'DELETE', headers })).status).toBe(204);
  };

  test(`of ${PUBLISHES} takes at most ${MAX_INDEX_WRITES} index writes; index and records agree after it`, async () => {
    const writes = countIndexWrites(registry.standIns.clients.s3);
    const todo = Array.from({ length: PUBLISHES }, (_, i) => i);
    const connection = async () => {
      for (let i = todo.shift(); i !== undefined; i = todo.shift()) await publish(i);
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, connection));
    const { records } = adapters(LOCAL_ENVIRONMENT, registry.standIns.clients);
    const left = PUBLISHES * 0.8;
    await until('records are settled', async () => (await records.list(INDEX)).length === left);
    await registry.standIns.queue.idle();

    const recorded = await records.list(INDEX);
    const listed = await fetchIndex({ fetch: ask }, 'acme/v3.22/main/x86_64');
    expect(listed?.sort()).toEqual(recorded.map(packageFile).sort());
    expect(listed).toHaveLength(left);
    expect(new Set(recorded.map(({ state }) => state))).toEqual(new Set(['live']));
    expect(writes.count()).toBeLessThanOrEqual(MAX_INDEX_WRITES);
    process.stdout.write(`burst: ${writes.count()} index writes for ${PUBLISHES} publishes\n`);
  }, 120_000);
});
