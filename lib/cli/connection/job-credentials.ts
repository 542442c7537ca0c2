import * as z from 'zod';
import { ApiClient } from './api-client.ts';
import type { JobTokens } from './job-tokens.ts';
import { RefusalError } from './refusal.ts';
import { retry } from './retry.ts';

interface Audience {
  /** Of the registry, `https://host:port`. */
  origin: string;
  /** Whose policies count. */
  owner: string;
  /** Whom the tokens of the job are made for. */
  audience: string;
}

const exchanged = z.looseObject({ access_token: z.string().regex(/^[\x21-\x7e]+$/) });

/** A registry's token for a job of a CI system, which is trusted by a policy; nothing but memory has it. */
export class JobCredentials {
  readonly #tokens: JobTokens;
  readonly #audience: Audience;
  #latest: string | undefined;
  #asking: Promise<string> | undefined;

  constructor(tokens: JobTokens, audience: Audience) {
    this.#tokens = tokens;
    this.#audience = audience;
  }

  /**
   * The header `Authorization`; however many ask for another one at a time, they get the same.
   * @param ended the one that the registry does not take any more
   * @throws RefusalError for a job that nobody trusts; UnreachableError, UsageError
   */
  async authorization(ended?: string): Promise<string> {
    if (this.#latest !== undefined && this.#latest !== ended) return this.#latest;
    if (this.#latest !== undefined && !this.#tokens.areMany) {
      throw new Error(
        'The token of this job has ended, and ALPENGLOW_ID_TOKEN is good for one. The same command again, in another job, goes on; "max_life_seconds" of the policy says how long one lasts.',
      );
    }
    this.#asking ??= this.#exchange().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #exchange(): Promise<string> {
    const { origin, owner, audience } = this.#audience;
    const { access_token: token } = await retry(async () => {
      const client = new ApiClient({
        origin,
        authorization: `Bearer ${await this.#tokens.next(audience)}`,
      });
      const path = `/api/token-exchange?${new URLSearchParams({ owner })}`;
      return client.post(path, undefined, exchanged).catch((error) => explain(error, audience));
    });
    this.#latest = `Bearer ${token}`;
    return this.#latest;
  }
}

/** Of what CI systems say of a job, the registry's answer has all but whom the token was made for. */
function explain(error: unknown, audience: string): never {
  if (!(error instanceof RefusalError)) throw error;
  const advice =
    error.code === 'token-used'
      ? ' ALPENGLOW_ID_TOKEN is good for one command: name all files in one, or give each an id token of its own.'
      : '';
  const message = `The token of this job, made for ${JSON.stringify(audience)}, was not taken: ${error.message}${advice}`;
  throw new RefusalError(message, error);
}
