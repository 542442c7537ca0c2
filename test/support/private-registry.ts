import { createHash } from 'node:crypto';
import { readerAdapters } from '#aws/reader-adapters.ts';
import { LOCAL_ENVIRONMENT, startRegistry } from '#local/registry.ts';
import { type Readers, readerEntry, tokenKey } from '#registry/readers.ts';
import type { Place } from '#registry/rights.ts';
import { registryFolder } from './registry-folder.ts';

const PUBLISHER = 'token-of-every-right';

export interface PrivateRegistry {
  url: string;
  /** The registry's key, by its file name. */
  keys: Record<string, string>;
  readers: Readers;
  /** Sends a request with every right. */
  send(method: string, path: string, body?: Uint8Array | string): Promise<Response>;
  /** Publishes, and waits until it is listed. */
  publish(repository: string, file: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** A registry in this process, whose files are for those with a token. */
export async function startPrivateRegistry(): Promise<PrivateRegistry> {
  const { folder, remove } = await registryFolder();
  const registry = await startRegistry({
    port: 0,
    folder,
    token: PUBLISHER,
    visibility: 'private',
    onError: (error) => {
      throw error;
    },
  });
  const { url, keyFileName, standIns } = registry;
  const send: PrivateRegistry['send'] = (method, path, body) => {
    const headers = new Headers({ authorization: `Bearer ${PUBLISHER}` });
    if (typeof body === 'string') headers.set('content-type', 'application/json');
    return fetch(`${url}${path}`, { method, headers, ...(body && { body }) });
  };
  return {
    url,
    keys: { [keyFileName]: await (await fetch(`${url}/acme/${keyFileName}`)).text() },
    readers: readerAdapters(LOCAL_ENVIRONMENT, standIns.clients).readers,
    send,
    async publish(repository, file) {
      const [owner, ...rest] = repository.split('/');
      const response = await send('PUT', `/api/packages/${owner}/alpine/${rest.join('/')}?wait=20`, file);
      expect(await response.json()).toMatchObject({ indexed: true });
    },
    async close() {
      await registry.close();
      await remove();
    },
  };
}

let tokens = 0;
/** Makes a token that reads in a place, as far as the edge is concerned, and what ends it. */
export async function readingToken(on: Place, readers: Readers) {
  const id = `reader${tokens++}`.padEnd(16, '0');
  const token = `alp_${id}_${'S'.repeat(43)}`;
  const sha256 = createHash('sha256').update(token).digest('hex');
  const entry = readerEntry({ sha256, grants: [{ allow: ['read'], on }] });
  await readers.update(new Map([[tokenKey(id), entry]]));
  return { token, end: () => readers.update(new Map([[tokenKey(id), undefined]])) };
}
