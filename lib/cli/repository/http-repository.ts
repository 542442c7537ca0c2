import { RefusalError } from '../connection/refusal.ts';
import { readRetryAfter } from '../connection/retry.ts';
import type { Destination } from '../connection/send-request.ts';
import { ARCHITECTURES } from './architectures.ts';
import { type Agents, getStream, makeAgents, shownUrl } from './get-stream.ts';
import type { OpenFile, Repository } from './repository.ts';

const STALL_SECONDS = 30;

interface HttpRepositoryOptions {
  /** As its header says it. */
  authorization?: string | undefined;
  stallSeconds?: number;
}

/** A repository on the web, as a line of /etc/apk/repositories names it. */
export class HttpRepository implements Repository {
  readonly #base: URL;
  readonly #agents: Agents = makeAgents();
  readonly #authorization: string | undefined;
  readonly #stallSeconds: number;

  /** @param base without credentials */
  constructor(base: URL, { authorization, stallSeconds = STALL_SECONDS }: HttpRepositoryOptions = {}) {
    this.#base = new URL(base);
    this.#base.pathname = `${base.pathname.replace(/\/+$/, '')}/`;
    this.#authorization = authorization;
    this.#stallSeconds = stallSeconds;
  }

  get name(): string {
    return shownUrl(this.#base).replace(/\/$/, '');
  }

  /** Where its registry is asked, if it is one. */
  get destination(): Destination {
    return { origin: this.#base.origin, authorization: this.#authorization };
  }

  async architectures(): Promise<readonly string[]> {
    return ARCHITECTURES;
  }

  async open(path: string, signal?: AbortSignal): Promise<OpenFile | undefined> {
    const asked = new URL(path.split('/').map(encodeURIComponent).join('/'), this.#base);
    const { status, headers, url, chunks, discard } = await getStream(asked, {
      agents: this.#agents,
      authorization: this.#authorization,
      stallSeconds: this.#stallSeconds,
      signal,
    });
    const location = shownUrl(url);
    if (status === 200) return { size: lengthIn(headers['content-length']), location, chunks, discard };
    discard();
    if (status === 404 || status === 410) return undefined;
    const retryAfter = readRetryAfter(headers['retry-after']);
    throw new RefusalError(`${location} answered ${status}${hintOf(status)}`, { status, retryAfter });
  }

  close(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }
}

const lengthIn = (header: string | undefined): number | undefined =>
  header === undefined || !/^[0-9]{1,15}$/.test(header) ? undefined : Number(header);

function hintOf(status: number): string {
  if (status === 401 || status === 403) return ': it wants other credentials, or is not there';
  return status === 308 ? ', a redirect that apk does not follow' : '';
}
