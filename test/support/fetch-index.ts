import { decodeIndex } from '#apk/package-index.ts';
import { packageFile } from '#registry/object-keys.ts';
import type { RegistryClient } from './registry-client.ts';
import { until } from './until.ts';

/** The files that `{repository}/{arch}` lists, as its clients see it; `undefined` after a 404. */
export async function fetchIndex(
  registry: Pick<RegistryClient, 'fetch'>,
  path: string,
): Promise<string[] | undefined> {
  const response = await registry.fetch(`/${path}/APKINDEX.tar.gz`, { redirect: 'follow' });
  if (response.status === 404) return undefined;
  const entries = await decodeIndex(new Uint8Array(await response.arrayBuffer()));
  return entries.map(({ info }) => packageFile(info));
}

/** Expects an index to list `file` as soon as caches show the present: at once, where there are none. */
export async function expectListed(registry: RegistryClient, path: string, file: string): Promise<void> {
  const isListed = async () => (await fetchIndex(registry, path))?.includes(file) ?? false;
  await until(`${path} lists ${file}`, isListed, registry.cacheSeconds);
}
