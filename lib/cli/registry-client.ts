import { z } from 'zod';
import type { RegistryAddress } from './registry-address.ts';

const TIMEOUT_MS = 20_000;

const keyList = z.object({
  keys: z.array(
    z.object({
      file: z.string(),
      fingerprint: z.string(),
      algorithm: z.string(),
      given_to_new_clients: z.boolean(),
    }),
  ),
});

/** A key that signs every index. */
export type SigningKey = z.infer<typeof keyList>['keys'][number];

/** Reads a registry over HTTP, as anybody may. */
export class RegistryClient {
  readonly #address: RegistryAddress;

  constructor(address: RegistryAddress) {
    this.#address = address;
  }

  /** @throws Error when the registry does not answer so */
  async keys(): Promise<SigningKey[]> {
    const body = await this.file('/api/keys');
    if (body === undefined) {
      throw new Error(
        `${this.#address.origin}/api/keys is not there: not a registry of ours, or an older one.`,
      );
    }
    return keyList.parse(JSON.parse(body.toString())).keys;
  }

  /**
   * The file at a path; `undefined` where there is none. A redirect is none either: it leads to the index of
   * noarch packages, which is asked for itself.
   * @throws Error that names the address, when it cannot be fetched
   */
  async file(path: string): Promise<Buffer | undefined> {
    const { origin, authorization } = this.#address;
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const response = await fetch(`${origin}${path}`, { headers, redirect: 'manual', signal });
      const body = Buffer.from(await response.arrayBuffer());
      if (response.status === 200) return body;
      if (response.status === 404 || response.status === 302) return undefined;
      throw new Error(`it answered ${response.status}`);
    } catch (error) {
      const { message, cause } = error as Error;
      const reason =
        cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : message;
      throw new Error(`${origin}${path} could not be fetched: ${reason}`, { cause: error });
    }
  }
}
