import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decodeIndex } from '#apk/package-index.ts';
import { INDEX_FILE, packageFile } from '#registry/object-keys.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { registryUnderTest } from '#test/support/registry-under-test.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { until } from '#test/support/until.ts';

const PUBLISHES = 300;
const DELETES = 40;
const CONNECTIONS = 16;
const WATCHED_INDEXES = 20;

const registry = registryUnderTest();
const MAIN = `${registry.owner}/v3.22/main`;
const FILES = `/${MAIN}/x86_64`;

let folder: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ folder, remove } = await temporaryFolder());
});
afterAll(() => remove?.());

test(`after ${PUBLISHES} publishes and ${DELETES} deletes at once, the index lists what is there, and every index on the way was right`, async () => {
  const deleted = new Set<string>();
  const published = new Set<string>();
  const todo = Array.from({ length: PUBLISHES }, (_, i) => `burst-${i}`);
  const isDeleted = (i: number) => i % Math.floor(PUBLISHES / DELETES) === 0 && i < DELETES * 7;

  const connection = async () => {
    for (let name = todo.shift(); name !== undefined; name = todo.shift()) {
      const put = await registry.put(MAIN, await buildPackage({ name }));
      expect(put.status).toBe(201);
      published.add(name);
      if (!isDeleted(Number(name.split('-')[1]))) continue;
      const gone = await registry.delete(MAIN, 'x86_64', `${name}-1.0-r0.apk`);
      expect(gone.status).toBe(204);
      deleted.add(name);
    }
  };
  const watcher = watchIndexes(published, deleted);
  await Promise.all([...Array.from({ length: CONNECTIONS }, connection), watcher]);

  const expected = [...published].filter((name) => !deleted.has(name)).map((name) => `${name}-1.0-r0.apk`);
  expect(deleted.size).toBe(DELETES);
  expect(expected).toHaveLength(PUBLISHES - DELETES);
  await until('the index lists as many', async () => (await fetchEntries()).length === expected.length);
  const listed = (await fetchEntries()).map(({ info }) => packageFile(info));
  expect(listed.sort()).toEqual([...expected].sort());
  for (const name of published) {
    const { status } = await head(`${name}-1.0-r0.apk`);
    // What was looked at before it was deleted may be cached.
    if (registry.cacheSeconds === 0 || !deleted.has(name)) expect(status).toBe(deleted.has(name) ? 404 : 200);
  }
}, 120_000);

const head = (file: string) => registry.fetch(`${FILES}/${file}`, { method: 'HEAD' });

async function fetchEntries() {
  const response = await registry.fetch(`${FILES}/${INDEX_FILE}`);
  return decodeIndex(new Uint8Array(await response.arrayBuffer()));
}

/** Fetches an index now and then while the burst runs, verifies each as openssl does, and one of its files. */
async function watchIndexes(published: ReadonlySet<string>, deleted: ReadonlySet<string>): Promise<void> {
  const publicKey = await (await registry.fetch(`/api/packages/${registry.owner}/alpine/key`)).text();
  await writeFile(join(folder, 'key.pem'), publicKey);
  await until('there is an index', async () => (await head(INDEX_FILE)).ok);
  for (let i = 1; i <= WATCHED_INDEXES; i++) {
    await until('more is published', async () => published.size >= (i * PUBLISHES) / (WATCHED_INDEXES + 1));
    const response = await registry.fetch(`${FILES}/${INDEX_FILE}`);
    const body = Buffer.from(await response.arrayBuffer());
    await verifyWithOpenssl(body);
    for (const { info } of await decodeIndex(body)) {
      const { status } = await head(packageFile(info));
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
