import { indexAdapters } from '#aws/index-adapters.ts';
import { readerAdapters } from '#aws/reader-adapters.ts';
import { LOCAL_ENVIRONMENT, type RunningRegistry, startRegistry } from '#local/registry.ts';
import { reconcile } from '#registry/reconcile.ts';
import { ApkRoot } from '#test/support/apk-client.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { describeWithApk } from '#test/support/describe-with-apk.ts';
import { silentObserver } from '#test/support/registry-ports.ts';
import { describeStarted } from '#test/support/registry-under-test.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const TOKEN = 'rotation-token';
const [OLD, NEW] = ['signing-key', 'next-key'];

/** Starts the registry with these active keys, and lets the daily reconcile sign what is there. */
async function startWith(folder: string, ...signingKeys: string[]): Promise<RunningRegistry> {
  const onError = (error: unknown) => {
    throw error;
  };
  const registry = await startRegistry({ port: 0, folder, token: TOKEN, onError, signingKeys });
  const environment = { ...LOCAL_ENVIRONMENT, SIGNING_KEYS: signingKeys };
  const { failed } = await reconcile({
    ...indexAdapters(environment, registry.standIns.clients),
    ...readerAdapters(environment, registry.standIns.clients),
    clock: Date.now,
    observer: silentObserver,
  });
  expect(failed).toEqual([]);
  return registry;
}

/** Whether a machine that trusts these keys, by name and PEM, installs the package. */
async function installs(registry: RunningRegistry, keys: Record<string, string>): Promise<boolean> {
  const root = await ApkRoot.create({ repositories: [`${registry.url}/acme/v3.22/main`], keys });
  try {
    await root.update();
    await root.add('foo');
    return true;
  } catch (error) {
    expect((error as Error).message).toMatch(/UNTRUSTED/);
    return false;
  } finally {
    await root.close();
  }
}

/** The key a machine is given, by its file name. */
async function keyOf(registry: RunningRegistry): Promise<Record<string, string>> {
  const response = await fetch(`${registry.url}/acme/${registry.keyFileName}`);
  expect(response.status).toBe(200);
  return { [registry.keyFileName]: await response.text() };
}

describeStarted('a registry with other keys', () => {
  describeWithApk('a signing key that is replaced', () => {
    test('fails no machine on the way: old key, both, new key', async () => {
      const { folder, remove } = await temporaryFolder();
      let registry = await startWith(folder, OLD);
      try {
        const headers = { authorization: `Bearer ${TOKEN}` };
        const path = '/api/packages/acme/alpine/v3.22/main?wait=20';
        const put = { method: 'PUT', headers, body: await buildPackage() };
        expect((await fetch(`${registry.url}${path}`, put)).status).toBe(201);
        const oldKey = await keyOf(registry);
        expect(await installs(registry, oldKey)).toBe(true);

        await registry.close();
        registry = await startWith(folder, NEW, OLD);
        const newKey = await keyOf(registry);
        expect(Object.keys(newKey)).not.toEqual(Object.keys(oldKey));
        for (const keys of [oldKey, newKey, { ...oldKey, ...newKey }]) {
          expect(await installs(registry, keys)).toBe(true);
        }

        await registry.close();
        registry = await startWith(folder, NEW);
        expect(await installs(registry, newKey)).toBe(true);
        expect(await installs(registry, { ...oldKey, ...newKey })).toBe(true);
        expect(await installs(registry, oldKey)).toBe(false);
      } finally {
        await registry.close();
        await remove();
      }
    }, 90_000);
  });
});
