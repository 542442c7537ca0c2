import type { Jwk } from 'aws-jwt-verify/jwk';
import type { Clock } from '#registry/ports.ts';

/** How long a key is trusted that its issuer may have withdrawn. */
const MAX_AGE_MS = 10 * 60 * 1000;

/** Anybody can send tokens with a `kid` that is not there: their issuer is asked no oftener for that. */
const PAUSE_MS = 10 * 1000;

interface KeySet {
  keys: ReadonlyMap<string, Jwk>;
  fetchedAt: number;
  /** When it was last fetched for a key that was missing in it. */
  lookedAgainAt: number;
}

/** The key sets of issuers, fetched when they are needed, and kept as long as this process lives. */
export class KeySets {
  readonly #fetch: (jwksUri: string) => Promise<ReadonlyMap<string, Jwk>>;
  readonly #clock: Clock;
  readonly #sets = new Map<string, KeySet>();
  readonly #fetching = new Map<string, Promise<KeySet>>();
  readonly #failures = new Map<string, { at: number; error: unknown }>();

  constructor(fetch: (jwksUri: string) => Promise<ReadonlyMap<string, Jwk>>, clock: Clock) {
    this.#fetch = fetch;
    this.#clock = clock;
  }

  /** The issuer's key; a `kid` that is new has it asked again, since issuers replace their keys. */
  async find(jwksUri: string, kid: string): Promise<Jwk | undefined> {
    const kept = this.#sets.get(jwksUri);
    if (kept === undefined || this.#clock() - kept.fetchedAt > MAX_AGE_MS) {
      return (await this.#refresh(jwksUri, Number.NEGATIVE_INFINITY)).keys.get(kid);
    }
    const key = kept.keys.get(kid);
    const mayLookAgain = this.#clock() - kept.lookedAgainAt >= PAUSE_MS || this.#fetching.has(jwksUri);
    if (key !== undefined || !mayLookAgain) return key;
    return (await this.#refresh(jwksUri, this.#clock())).keys.get(kid);
  }

  /** One request for all who wait, and after a failure none for a while. */
  #refresh(jwksUri: string, lookedAgainAt: number): Promise<KeySet> {
    const failure = this.#failures.get(jwksUri);
    if (failure !== undefined && this.#clock() - failure.at < PAUSE_MS) return Promise.reject(failure.error);
    const fetching = this.#fetching.get(jwksUri) ?? this.#start(jwksUri, lookedAgainAt);
    this.#fetching.set(jwksUri, fetching);
    return fetching;
  }

  async #start(jwksUri: string, lookedAgainAt: number): Promise<KeySet> {
    try {
      const keys = await this.#fetch(jwksUri);
      const set = { keys, fetchedAt: this.#clock(), lookedAgainAt };
      this.#sets.set(jwksUri, set);
      this.#failures.delete(jwksUri);
      return set;
    } catch (error) {
      this.#failures.set(jwksUri, { at: this.#clock(), error });
      throw error;
    } finally {
      this.#fetching.delete(jwksUri);
    }
  }
}
