import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { decodeIndex } from '#apk/package-index.ts';
import { packageFile } from '#registry/object-keys.ts';
import type { RegistryClient } from '#test/support/registry-client.ts';

/** Shorter than anything that is measured by it. */
const POLL_MS = 5;

/**
 * Looks at one index all the time, as clients do: asks whether it has changed, and reads it when it has.
 * @param path `{owner}/{branch}/{repository}/{arch}`
 */
export class ListingWatch {
  readonly #listedAt = new Map<string, number>();
  readonly #watching: Promise<void>;
  #isOver = false;

  constructor(registry: Pick<RegistryClient, 'fetch'>, path: string) {
    this.#watching = this.#watch(registry, `/${path}/APKINDEX.tar.gz`);
  }

  /** When an index was first seen that lists the file, as `performance.now`. */
  async listedAt(file: string): Promise<number> {
    for (;;) {
      const time = this.#listedAt.get(file);
      if (time !== undefined) return time;
      await pause(POLL_MS);
    }
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await this.#watching;
  }

  async #watch(registry: Pick<RegistryClient, 'fetch'>, path: string): Promise<void> {
    let etag = '';
    while (!this.#isOver) {
      const response = await registry.fetch(path, { headers: { 'if-none-match': etag } });
      const seenAt = performance.now();
      const body = new Uint8Array(await response.arrayBuffer());
      if (response.status === 200) {
        etag = response.headers.get('etag') ?? '';
        for (const { info } of await decodeIndex(body)) this.#note(packageFile(info), seenAt);
      }
      await pause(POLL_MS);
    }
  }

  #note(file: string, seenAt: number): void {
    if (!this.#listedAt.has(file)) this.#listedAt.set(file, seenAt);
  }
}
