import { setImmediate as nextTurn } from 'node:timers/promises';

/** A registry as its users see it, wherever it runs. */
export abstract class RegistryClient {
  abstract readonly token: string;
  /** Whose packages a test file publishes; nobody else's. */
  abstract readonly owner: string;
  /** For how long, in seconds, what it shows may be older than what it knows. */
  abstract readonly cacheSeconds: number;
  /** Where it is, without a slash at its end. */
  abstract get url(): string;

  abstract start(): Promise<void>;
  abstract close(): Promise<void>;

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    await hearOfClosedConnections();
    return fetch(`${this.url}${path}`, { redirect: 'manual', ...init });
  }

  /** The same with the token. */
  asPublisher(path: string, init: RequestInit = {}): Promise<Response> {
    return this.fetch(path, { ...init, headers: { authorization: `Bearer ${this.token}`, ...init.headers } });
  }

  put(repository: string, file: Uint8Array, query = ''): Promise<Response> {
    return this.asPublisher(`${apiPath(repository)}${query}`, { method: 'PUT', body: file });
  }

  delete(repository: string, arch: string, file: string): Promise<Response> {
    const path = `${apiPath(repository)}/${arch}/${encodeURIComponent(file)}`;
    return this.asPublisher(path, { method: 'DELETE' });
  }
}

/** Where packages of `{owner}/{branch}/{repository}` are published. */
export function apiPath(repository: string): string {
  const [owner, ...rest] = repository.split('/');
  return `/api/packages/${owner}/alpine/${rest.join('/')}`;
}

/**
 * A server ends connections that nobody uses for seconds, as happens while a large package is made, and `fetch`
 * would send a request into one of them before this process has been told: it is told at the next poll.
 */
async function hearOfClosedConnections(): Promise<void> {
  await nextTurn();
  await nextTurn();
}
