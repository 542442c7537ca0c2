import { z } from 'zod';
import { refusalOf } from './refusal.ts';
import { type Destination, type RequestOptions, sendRequest } from './send-request.ts';

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
   * @throws RefusalError, UnreachableError
   */
  async file(path: string, options: RequestOptions = {}): Promise<Buffer | undefined> {
    const answer = await sendRequest(this.#address, path, options);
    if (answer.status === 200) return answer.body;
    if (answer.status === 404 || answer.status === 302) return undefined;
    throw refusalOf(answer, `${this.#address.origin}${path}`);
  }
}
