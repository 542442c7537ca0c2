import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { indexAdapters } from '#aws/index-adapters.ts';
import { readerAdapters } from '#aws/reader-adapters.ts';

import { createReconcileHandler } from '#lambdas/reconcile/reconcile-handler.ts';
import { LOCAL_ENVIRONMENT, type RunningRegistry, startRegistry } from '#local/registry.ts';
import { packageKey } from '#registry/object-keys.ts';
import { ApkRoot } from '#test/support/apk-client.ts';
import { buildPackage, type PackageContents } from '#test/support/build-package.ts';
import { copyByHand } from '#test/support/by-hand.ts';
import { describeWithApk } from '#test/support/describe-with-apk.ts';
import { fetchIndex } from '#test/support/fetch-index.ts';
import { silentObserver } from '#test/support/registry-ports.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { until } from '#test/support/until.ts';

const TOKEN = 'restore-token';
const REPOSITORY = { owner: 'acme', branch: 'v3.22', repository: 'main' };
const PATH = 'acme/v3.22/main';
const FOLDER = `${PATH}/x86_64`;

/** A registry that disasters come over. */
class Drill {
  readonly folder: string;
  #registry: RunningRegistry | undefined;

  constructor(folder: string) {
    this.folder = folder;
  }

  async start(): Promise<void> {
    const onError = (error: Error) => {
      // What is put by hand has no record yet; the index function says so.
      if (!/stored past the registry/.test(error.message)) throw error;
    };
    const options = { port: 0, folder: this.folder, token: TOKEN };
    this.#registry = await startRegistry({ ...options, onError: (error) => onError(error as Error) });
  }

  async stop(): Promise<void> {
    await this.#registry?.close();
    this.#registry = undefined;
  }

  get registry(): RunningRegistry {
    if (this.#registry === undefined) throw new Error('The registry is stopped.');
    return this.#registry;
  }

  get ports() {
    return {
      ...indexAdapters(LOCAL_ENVIRONMENT, this.registry.standIns.clients),
      ...readerAdapters(
        { ...LOCAL_ENVIRONMENT, DEFAULT_VISIBILITY: 'public' },
        this.registry.standIns.clients,
      ),
      clock: Date.now,
      observer: silentObserver,
    };
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${TOKEN}` };
    return fetch(`${this.registry.url}${path}`, { ...init, headers });
  }

  async publish(contents: PackageContents): Promise<void> {
    const put = { method: 'PUT', body: await buildPackage(contents) };
    const response = await this.fetch(`/api/packages/acme/alpine/v3.22/main?wait=20`, put);
    expect(await response.json()).toMatchObject({ indexed: true });
  }

  async delete(file: string): Promise<void> {
    const path = `/api/packages/acme/alpine/v3.22/main/x86_64/${file}`;
    expect((await this.fetch(path, { method: 'DELETE' })).status).toBe(204);
    await until('it is listed no more', async () => !(await this.listed()).includes(file));
    const [name = '', version = ''] = file.slice(0, -'.apk'.length).split(/-(?=\d)/);
    const deleted = { ...REPOSITORY, arch: 'x86_64', name, version };
    await until('its record is gone', async () => (await this.ports.records.read([deleted])).length === 0);
  }

  /** What an operator does by `aws lambda invoke --payload '{"adopt":""}'`. */
  adopt(prefix = '') {
    return createReconcileHandler(this.ports)({ adopt: prefix }, 15 * 60 * 1000);
  }

  async listed(): Promise<string[]> {
    const fetched = await fetchIndex({ fetch: (path, init) => this.fetch(path, init) }, FOLDER);
    return (fetched ?? []).sort();
  }

  /** Everything in the bucket, as `aws s3 sync` copies it. */
  async mirror(): Promise<Map<string, Uint8Array>> {
    const copies = new Map<string, Uint8Array>();
    for await (const { key } of this.ports.packages.list('')) {
      copies.set(key, (await this.ports.packages.get(key))?.body ?? new Uint8Array());
    }
    return copies;
  }

  copy(key: string, body: Uint8Array): Promise<void> {
    return copyByHand(this.registry.standIns.clients, key, body);
  }

  /** Records, objects and index must say the same, and apk must install every file that is listed. */
  async expectWhole(files: readonly string[]): Promise<void> {
    const { packages, records } = this.ports;
    const objects: string[] = [];
    for await (const { key } of packages.list(`${FOLDER}/`)) if (key.endsWith('.apk')) objects.push(key);
    const found = await records.list({ ...REPOSITORY, arch: 'x86_64' });
    expect(found.map(({ state }) => state)).toEqual(found.map(() => 'live'));
    expect(found.map(packageKey).sort()).toEqual(files.map((file) => `${FOLDER}/${file}`).sort());
    expect(objects.sort()).toEqual(found.map(packageKey).sort());
    expect(await this.listed()).toEqual([...files].sort());
    const { url, keyFileName } = this.registry;
    const pem = await (await this.fetch(`/acme/${keyFileName}`)).text();
    const root = await ApkRoot.create({ repositories: [`${url}/${PATH}`], keys: { [keyFileName]: pem } });
    try {
      await root.update();
      for (const file of files) {
        const [, name = '', version = ''] = /^(.+?)-(\d.*)\.apk$/.exec(file) ?? [];
        await root.add(`${name}=${version}`);
        expect((await root.read(`usr/share/${name}/version`)).toString()).toContain(version);
      }
    } finally {
      await root.close();
    }
  }
}

/** Runs a drill in a folder of its own. */
async function drill(work: (drill: Drill) => Promise<void>): Promise<void> {
  const { folder, remove } = await temporaryFolder();
  const registry = new Drill(folder);
  try {
    await registry.start();
    await work(registry);
  } finally {
    await registry.stop();
    await remove();
  }
}

const file = (name: string) => `${name}-1.0-r0.apk`;

describeWithApk('what was lost comes back:', () => {
  test(
    'a package that was deleted by mistake, by copying its older version over the delete marker',
    () =>
      drill(async (registry) => {
        await registry.publish({ name: 'foo' });
        await registry.publish({ name: 'bar' });
        const version = await registry.mirror();
        await registry.delete(file('foo'));
        await registry.expectWhole([file('bar')]);
        await registry.copy(
          `${FOLDER}/${file('foo')}`,
          version.get(`${FOLDER}/${file('foo')}`) as Uint8Array,
        );
        const { adopted } = await registry.adopt(`${PATH}/`);
        expect(adopted?.adopted).toEqual([`${FOLDER}/${file('foo')}`]);
        await registry.expectWhole([file('foo'), file('bar')]);
      }),
    60_000,
  );

  test(
    'the table of an earlier hour: published since, deleted since, replaced since',
    () =>
      drill(async (registry) => {
        for (const name of ['kept', 'deleted', 'replaced']) await registry.publish({ name });
        await registry.stop();
        await cp(join(registry.folder, 'table'), join(registry.folder, 'earlier'), { recursive: true });
        await registry.start();
        await registry.publish({ name: 'published' });
        await registry.delete(file('deleted'));
        await registry.delete(file('replaced'));
        await registry.publish({ name: 'replaced', fields: { pkgdesc: 'What replaced it' } });
        await registry.stop();

        await rm(join(registry.folder, 'table'), { recursive: true });
        await cp(join(registry.folder, 'earlier'), join(registry.folder, 'table'), { recursive: true });
        await registry.start();
        const { adopted, reconciled } = await registry.adopt();
        expect(adopted?.adopted).toEqual([`${FOLDER}/${file('published')}`, `${FOLDER}/${file('replaced')}`]);
        expect(reconciled.unexplained).toEqual([
          { kind: 'missing-object', key: `${FOLDER}/${file('deleted')}` },
        ]);
        await registry.expectWhole([file('kept'), file('published'), file('replaced')]);
      }),
    60_000,
  );

  test(
    'the whole table',
    () =>
      drill(async (registry) => {
        for (const name of ['foo', 'bar', 'c++']) await registry.publish({ name });
        await registry.publish({ name: 'foo', version: '1.1-r0' });
        await registry.stop();
        await rm(join(registry.folder, 'table'), { recursive: true });
        await registry.start();
        const { adopted } = await registry.adopt();
        expect(adopted?.counts).toEqual({ adopted: 4, unchanged: 0, refused: 0, failed: 0 });
        await registry.expectWhole([file('foo'), file('bar'), file('c++'), 'foo-1.1-r0.apk']);
        await registry.delete(file('bar'));
        await registry.publish({ name: 'after' });
        await registry.expectWhole([file('foo'), file('c++'), 'foo-1.1-r0.apk', file('after')]);
      }),
    60_000,
  );

  test(
    'everything but a mirror, in a new registry with another key',
    () =>
      drill(async (old) => {
        for (const name of ['foo', 'bar']) await old.publish({ name });
        const mirror = await old.mirror();
        const oldKey = old.registry.keyFileName;
        await drill(async (registry) => {
          for (const [key, body] of mirror) await registry.copy(key, body);
          expect(registry.registry.keyFileName).not.toBe(oldKey);
          const { adopted } = await registry.adopt();
          expect(adopted?.counts).toEqual({ adopted: 2, unchanged: 0, refused: 0, failed: 0 });
          await registry.expectWhole([file('foo'), file('bar')]);
        });
      }),
    60_000,
  );
});
