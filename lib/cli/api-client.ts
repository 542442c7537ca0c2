import * as z from 'zod';
import { type Answer, type Destination, sendRequest } from './send-request.ts';
import { withoutControls } from './terminal-text.ts';

/** Source: RFC 9457. */
const problem = z.object({ detail: z.string() });

/** Speaks with a registry's API as whoever the token is of. */
export class ApiClient {
  readonly #registry: Destination;

  constructor(registry: Destination) {
    this.#registry = registry;
  }

  /** @throws Error with what the registry says of a refusal */
  async get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    return this.#read(path, schema, await this.#send('GET', path));
  }

  /**
   * @param timeoutMs how long the answer is waited for, where that is longer than usual
   * @throws Error with what the registry says of a refusal
   */
  async post<T>(path: string, json: unknown, schema: z.ZodType<T>, timeoutMs?: number): Promise<T> {
    return this.#read(path, schema, await this.#send('POST', path, json, timeoutMs));
  }

  /** @throws Error with what the registry says of a refusal */
  async delete(path: string): Promise<void> {
    await this.#send('DELETE', path);
  }

  async #send(method: string, path: string, json?: unknown, timeoutMs?: number): Promise<Buffer> {
    const answer = await sendRequest(this.#registry, path, { method, json, timeoutMs });
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    throw new Error(
      detailIn(answer) ?? `${this.#registry.origin}${path} answered ${answer.status}, and not why.`,
    );
  }

  #read<T>(path: string, schema: z.ZodType<T>, body: Buffer): T {
    const { success, data, error } = schema.safeParse(parseJson(body));
    if (success) return data;
    throw new Error(
      `${this.#registry.origin}${path} has answered, but not as a registry of this version does.`,
      { cause: error },
    );
  }
}

function detailIn({ type, body }: Answer): string | undefined {
  if (!type.startsWith('application/problem+json')) return undefined;
  const { success, data } = problem.safeParse(parseJson(body));
  return success ? withoutControls(data.detail) : undefined;
}

/** @returns `undefined` for what is none, which no schema takes */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
