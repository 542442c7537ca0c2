import { indexAdapters } from '#aws/index-adapters.ts';
import { LOCAL_ENVIRONMENT, startRegistry } from '#local/registry.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { registryFolder } from '#test/support/registry-folder.ts';
import { until } from '#test/support/until.ts';

const TOKEN = 'token-of-every-right';
const INDEX = 'acme/v3.22/main/x86_64/APKINDEX.tar.gz';

test('on one machine, too, what was lost is found by the next comparison, and by the one after it', async () => {
  const { folder, remove } = await registryFolder();
  const onError = (error: unknown) => {
    throw error;
  };
  const registry = await startRegistry({ port: 0, folder, token: TOKEN, onError, comparisonInterval: 50 });
  try {
    const put = { method: 'PUT', headers: { authorization: `Bearer ${TOKEN}` }, body: await buildPackage() };
    const published = await fetch(`${registry.url}/api/packages/acme/alpine/v3.22/main?wait=20`, put);
    expect(await published.json()).toMatchObject({ indexed: true });
    const { packages } = indexAdapters(LOCAL_ENVIRONMENT, registry.standIns.clients);
    for (let times = 0; times < 2; times++) {
      await packages.delete(INDEX);
      await until('the index is back', async () => (await fetch(`${registry.url}/${INDEX}`)).ok);
    }
  } finally {
    await registry.close();
    await remove();
  }
});
