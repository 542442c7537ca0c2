import type * as z from 'zod';
import type { FilePart } from '../publish/read-file.ts';
import { type SendFileOptions, sendFile } from '../publish/send-file.ts';
import { parseJson, refusalOf } from './refusal.ts';
import { type Answer, type Destination, type RequestOptions, sendRequest } from './send-request.ts';

/** Makes the header `Authorization` anew, once the registry does not take the one that has ended. */
type Renew = (ended: string | undefined) => Promise<string>;

/** Speaks with a registry's API as whoever the token is of. */
export class ApiClient {
  #registry: Destination;
  readonly #renew: Renew | undefined;

  constructor(registry: Destination, renew?: Renew) {
    this.#registry = registry;
    this.#renew = renew;
  }

  get registry(): Destination {
    return this.#registry;
  }

  /** @throws RefusalError with what the registry says of a refusal; UnreachableError */
  async get<T>(path: string, schema: z.ZodType<T>, options: RequestOptions = {}): Promise<T> {
    return this.#read(path, schema, await this.#send((registry) => sendRequest(registry, path, options)));
  }

  /** @throws RefusalError with what the registry says of a refusal; UnreachableError */
  async post<T>(path: string, json: unknown, schema: z.ZodType<T>, options: RequestOptions = {}): Promise<T> {
    const content = { ...options, method: 'POST', json };
    return this.#read(path, schema, await this.#send((registry) => sendRequest(registry, path, content)));
  }

  /** @throws RefusalError with what the registry says of a refusal; UnreachableError; UnreadableFileError */
  async putFile<T>(
    path: string,
    part: FilePart,
    schema: z.ZodType<T>,
    options: Omit<SendFileOptions, 'headers'> = {},
  ): Promise<T> {
    const answer = await this.#send(({ origin, authorization }) => {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      return sendFile(new URL(path, origin), part, { ...options, headers });
    });
    return this.#read(path, schema, answer);
  }

  /** @throws RefusalError with what the registry says of a refusal; UnreachableError */
  async delete(path: string, options: RequestOptions = {}): Promise<void> {
    const content = { ...options, method: 'DELETE' };
    this.#accept(path, await this.#send((registry) => sendRequest(registry, path, content)));
  }

  /**
   * The path of one of the registry's own addresses. It is asked at the address that was given, whatever the
   * registry calls itself: nobody else is to see the token.
   */
  pathOf(address: string): string {
    const { pathname, search } = new URL(address, this.registry.origin);
    return `${pathname}${search}`;
  }

  /** What was asked with a token that has ended is asked once more. */
  async #send(ask: (registry: Destination) => Promise<Answer>): Promise<Answer> {
    const asked = this.#registry;
    const answer = await ask(asked);
    if (answer.status !== 401 || this.#renew === undefined) return answer;
    this.#registry = { ...asked, authorization: await this.#renew(asked.authorization) };
    return ask(this.#registry);
  }

  #read<T>(path: string, schema: z.ZodType<T>, answer: Answer): T {
    const { success, data, error } = schema.safeParse(parseJson(this.#accept(path, answer).body));
    if (success) return data;
    throw new Error(`${this.#address(path)} has answered, but not as a registry of this version does.`, {
      cause: error,
    });
  }

  #accept(path: string, answer: Answer): Answer {
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw refusalOf(answer, this.#address(path));
  }

  #address = (path: string): string => `${this.registry.origin}${path}`;
}
