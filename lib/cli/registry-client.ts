import { z } from 'zod';
import { type Destination, sendRequest } from './send-request.ts';

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
  readonly #address: Destination;

  constructor(address: Destination) {
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
    const { status, body } = await sendRequest(this.#address, path);
    if (status === 200) return body;
    if (status === 404 || status === 302) return undefined;
    throw new Error(`${this.#address.origin}${path} could not be fetched: it answered ${status}`);
  }
}
