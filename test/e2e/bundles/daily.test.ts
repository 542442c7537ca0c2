import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { LOCAL_ENVIRONMENT } from '#local/registry.ts';
import { buildPackage } from '#test/support/build-package.ts';
import {
  type BundledRegistry,
  startBundledRegistry,
} from '#test/support/bundled-registry/start-bundled-registry.ts';
import { synthesizedStack } from '#test/support/bundled-registry/synthesize.ts';
import { fetchIndex } from '#test/support/fetch-index.ts';
import { registryFolder } from '#test/support/registry-folder.ts';

const TOKEN = 'daily-token-of-every-right';
const INDEX = 'acme/v3.22/main/x86_64';

let registry: BundledRegistry;
let remove: () => Promise<void>;
beforeAll(async () => {
  const temporary = await registryFolder();
  remove = temporary.remove;
  registry = await startBundledRegistry({
    assembly: await synthesizedStack(),
    folder: temporary.folder,
    token: TOKEN,
    onError: (error) => {
      throw error;
    },
  });
}, 180_000);
afterAll(async () => {
  await registry?.close();
  await remove?.();
});

test('an index that somebody removed is back after the daily comparison, which the API has run, too', async () => {
  const put = await fetch(`${registry.url}/api/packages/acme/alpine/v3.22/main?wait=20`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${TOKEN}` },
    body: await buildPackage(),
  });
  expect([put.status, await put.json()]).toMatchObject([201, { indexed: true }]);
  const asked = { fetch: (path: string, init?: RequestInit) => fetch(`${registry.url}${path}`, init) };
  const Key = `${INDEX}/APKINDEX.tar.gz`;
  await registry.standIns.clients.s3.send(
    new DeleteObjectCommand({ Bucket: LOCAL_ENVIRONMENT.PACKAGES_BUCKET, Key }),
  );
  expect(await fetchIndex(asked, INDEX)).toBeUndefined();
  await registry.reconcile();
  expect(await fetchIndex(asked, INDEX)).toEqual(['foo-1.0-r0.apk']);

  const post = (path: string) =>
    fetch(`${registry.url}${path}`, { method: 'POST', headers: { authorization: `Bearer ${TOKEN}` } });
  const right = { reindexed: [Key], changed: [], failed: [] };
  expect(await (await post('/api/packages/acme/alpine/v3.22/main/reindex')).json()).toEqual(right);
  expect((await post('/api/packages/acme/alpine/v3.22/mian/reindex')).status).toBe(404);
  expect(await (await post('/api/reconcile')).json()).toMatchObject({
    reconciled: { packages: 1, indexes: 1, counts: { unexplained: 0, failed: 0 } },
  });
}, 60_000);
