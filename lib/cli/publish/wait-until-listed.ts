import { setTimeout as pause } from 'node:timers/promises';
import { decodeIndex } from '#apk/package-index.ts';
import { indexKey, urlPath } from '#registry/object-keys.ts';
import type { RepositoryName } from '#registry/ports.ts';
import type { ApiClient } from '../connection/api-client.ts';
import { RefusalError, UnreachableError } from '../connection/refusal.ts';
import { RegistryClient } from '../connection/registry-client.ts';
import type { PackageAnswer } from './package-answer.ts';

const POLL_MS = 500;

interface Waiting {
  to: RepositoryName;
  client: ApiClient;
  /** At most; an index is looked at once at least. */
  seconds: number;
  signal?: AbortSignal | undefined;
}

/**
 * Looks at the index of a package's own architecture until it lists the package.
 * @returns whether it does; `false` at once for a token that may not read it
 */
export async function waitUntilListed(
  { arch, checksum }: Pick<PackageAnswer, 'arch' | 'checksum'>,
  { to, client, seconds, signal }: Waiting,
): Promise<boolean> {
  const files = new RegistryClient(client.registry);
  const path = urlPath(indexKey({ ...to, arch }));
  const giveUpAt = Date.now() + seconds * 1000;
  for (;;) {
    try {
      const index = await files.file(path, { signal });
      const entries = index === undefined ? [] : await decodeIndex(index);
      if (entries.some((entry) => entry.checksum === checksum)) return true;
    } catch (error) {
      if (error instanceof RefusalError) return false;
      if (!(error instanceof UnreachableError)) throw error;
    }
    if (Date.now() >= giveUpAt) return false;
    await pause(POLL_MS, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}
