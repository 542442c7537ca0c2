import { randomBytes } from 'node:crypto';
import { fetchIndex } from './fetch-index.ts';
import { RegistryClient } from './registry-client.ts';

export interface Deployment {
  url: string;
  /** One that may do everything. */
  token: string;
}

/** A deployment that others use, too: under an owner that nobody else has, which is emptied in the end. */
export class LiveRegistry extends RegistryClient {
  readonly url: string;
  readonly token: string;
  readonly owner = `e2e-${randomBytes(6).toString('hex')}`;
  /** The 10 seconds of an index, or what CloudFront needs to forget a deleted package. */
  readonly cacheSeconds = 120;
  /** `{owner}/{branch}/{repository}/{arch}`, with the files that were seen to be published there. */
  readonly #published = new Map<string, Set<string>>();

  constructor({ url, token }: Deployment) {
    super();
    this.url = url.replace(/\/+$/, '');
    this.token = token;
  }

  async start(): Promise<void> {
    const { status } = await this.fetch('/api/health');
    if (status !== 200) throw new Error(`${this.url}/api/health is answered ${status}.`);
    const body = JSON.stringify({ visibility: 'public' });
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' };
    const made = await this.fetch(`/api/owners/${this.owner}`, { method: 'PUT', headers, body });
    if (made.status !== 200) throw new Error(`${this.owner} could not be made public: ${await made.text()}`);
  }

  override async asPublisher(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await super.asPublisher(path, init);
    if (response.ok && init.method !== 'DELETE')
      this.#note((await response.clone().json()) as { url: string });
    return response;
  }

  /** Deletes what was published, also by others than this client, as far as an index lists it. */
  async close(): Promise<void> {
    for (const [folder, files] of this.#published) {
      const listed = (await fetchIndex(this, folder).catch(() => undefined)) ?? [];
      for (const file of new Set([...files, ...listed])) await this.#remove(folder, file);
    }
  }

  #note({ url }: { url: string }): void {
    const [, folder = '', file = ''] =
      /^\/(.+)\/([^/]+)$/.exec(decodeURIComponent(new URL(url).pathname)) ?? [];
    const files = this.#published.get(folder) ?? new Set();
    this.#published.set(folder, files.add(file));
  }

  /** An index lists the packages of every architecture beside its own. */
  async #remove(folder: string, file: string): Promise<void> {
    const [, repository = '', arch = ''] = /^(.+)\/([^/]+)$/.exec(folder) ?? [];
    const { status } = await this.delete(repository, arch, file);
    if (status === 404 && arch !== 'noarch') await this.delete(repository, 'noarch', file);
  }
}
