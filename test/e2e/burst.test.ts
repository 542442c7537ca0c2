import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decodeIndex } from '#apk/package-index.ts';
import { adapters } from '#aws/adapters.ts';
import { LOCAL_ENVIRONMENT, type RunningRegistry as Registry, startRegistry } from '#local/registry.ts';
import { INDEX_FILE, packageFile } from '#registry/object-keys.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { countIndexWrites } from '#test/support/count-index-writes.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { until } from '#test/support/until.ts';

const PUBLISHES = 300;
const DELETES = 40;
const CONNECTIONS = 16;
const MAX_INDEX_WRITES = 60;
const WATCHED_INDEXES = 20;
const TOKEN = 'burst-token';
const INDEX = { owner: 'acme', branch: 'v3.22', repository: 'main', arch: 'x86_64' };
const API = '/api/packages/acme/alpine/v3.22/main';
const FILES = '/acme/v3.22/main/x86_64';

let folder: string;
let remove: () => Promise<void>;
let registry: Registry;
beforeAll(async () => {
  ({ folder, remove } = await temporaryFolder());
  registry = await startRegistry({
    port: 0,
    folder,
    token: TOKEN,
    onError: (error) => {
      throw error;
    },
  });
});
afterAll(async () => {
  await registry.close();
  await remove();
});

const ask = (method: string, path: string, body?: Uint8Array) =>
  fetch(`${registry.url}${path}`, { method, body, headers: { authorization: `Bearer ${TOKEN}` } });

test(`after ${PUBLISHES} publishes and ${DELETES} deletes at once, index, records and objects agree, and every index on the way was right`, async () => {
  const writes = countIndexWrites(registry.standIns.clients.s3);
  const deleted = new Set<string>();
  const published = new Set<string>();
  const todo = Array.from({ length: PUBLISHES }, (_, i) => `burst-${i}`);
  const isDeleted = (i: number) => i % Math.floor(PUBLISHES / DELETES) === 0 && i < DELETES * 7;

  const connection = async () => {
    for (let name = todo.shift(); name !== undefined; name = todo.shift()) {
      const put = await ask('PUT', API, await buildPackage({ name }));
      expect(put.status).toBe(201);
      published.add(name);
      if (!isDeleted(Number(name.split('-')[1]))) continue;
      const gone = await ask('DELETE', `${API}/x86_64/${name}-1.0-r0.apk`);
      expect(gone.status).toBe(204);
      deleted.add(name);
    }
  };
  const watcher = watchIndexes(published, deleted);
  await Promise.all([...Array.from({ length: CONNECTIONS }, connection), watcher]);

  const expected = [...published].filter((name) => !deleted.has(name)).map((name) => `${name}-1.0-r0.apk`);
  expect(deleted.size).toBe(DELETES);
  expect(expected).toHaveLength(PUBLISHES - DELETES);
  const { records } = adapters(LOCAL_ENVIRONMENT, registry.standIns.clients);
  await until('records are settled', async () => (await records.list(INDEX)).length === expected.length);
  await registry.standIns.queue.idle();

  const listed = (await fetchEntries()).map(({ info }) => packageFile(info));
  expect(listed.sort()).toEqual([...expected].sort());
  const recorded = await records.list(INDEX);
  expect(recorded.map(packageFile).sort()).toEqual([...expected].sort());
  expect(new Set(recorded.map(({ state }) => state))).toEqual(new Set(['live']));
  for (const name of published) {
    const { status } = await ask('HEAD', `${FILES}/${name}-1.0-r0.apk`);
    expect(status).toBe(deleted.has(name) ? 404 : 200);
  }
  expect(writes.count()).toBeLessThanOrEqual(MAX_INDEX_WRITES);
  process.stdout.write(
    `burst: ${writes.count()} index writes for ${PUBLISHES} publishes and ${DELETES} deletes\n`,
  );
}, 120_000);

async function fetchEntries() {
  const response = await ask('GET', `${FILES}/${INDEX_FILE}`);
  return decodeIndex(new Uint8Array(await response.arrayBuffer()));
}

/** Fetches an index now and then while the burst runs, verifies each as openssl does, and one of its files. */
async function watchIndexes(published: ReadonlySet<string>, deleted: ReadonlySet<string>): Promise<void> {
  const publicKey = await (await ask('GET', '/api/packages/acme/alpine/key')).text();
  await writeFile(join(folder, 'key.pem'), publicKey);
  await until('there is an index', async () => (await ask('HEAD', `${FILES}/${INDEX_FILE}`)).ok);
  for (let i = 1; i <= WATCHED_INDEXES; i++) {
    await until('more is published', async () => published.size >= (i * PUBLISHES) / (WATCHED_INDEXES + 1));
    const response = await ask('GET', `${FILES}/${INDEX_FILE}`);
    const body = Buffer.from(await response.arrayBuffer());
    await verifyWithOpenssl(body);
    for (const { info } of await decodeIndex(body)) {
      const { status } = await ask('HEAD', `${FILES}/${packageFile(info)}`);
      if (status !== 200) await until(`${info.name} was deleted`, async () => deleted.has(info.name));
    }
  }
}

async function verifyWithOpenssl(index: Buffer): Promise<void> {
  const second = index.indexOf(Buffer.from([0x1f, 0x8b, 8]), 1);
  const signature = gunzipSync(index.subarray(0, second)).subarray(512, 1024);
  await writeFile(join(folder, 'signature'), signature);
  await writeFile(join(folder, 'body'), index.subarray(second));
  const args = ['dgst', '-sha256', '-verify', 'key.pem', '-signature', 'signature', 'body'];
  expect(execFileSync('openssl', args, { cwd: folder }).toString()).toBe('Verified OK\n');
}
