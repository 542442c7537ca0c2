import { decodeIndex } from '#apk/package-index.ts';
import { packageFile } from '#registry/object-keys.ts';
import type { RunningRegistry } from './running-registry.ts';

/** The files that `{repository}/{arch}` lists, as its clients see it; `undefined` after a 404. */
export async function fetchIndex(
  registry: Pick<RunningRegistry, 'fetch'>,
  path: string,
): Promise<string[] | undefined> {
  const response = await registry.fetch(`/${path}/APKINDEX.tar.gz`, { redirect: 'follow' });
  if (response.status === 404) return undefined;
  const entries = await decodeIndex(new Uint8Array(await response.arrayBuffer()));
  return entries.map(({ info }) => packageFile(info));
}
