import type { Grant } from './rights.ts';

/** What a claim has to be, compared as text; a claim that is missing fits nothing, `noneOf` neither. */
export type Condition =
  | { claim: string; equals: string }
  | { claim: string; oneOf: readonly string[] }
  | { claim: string; noneOf: readonly string[] }
  | { claim: string; glob: string };

/** Whose JSON Web Tokens are taken, and what they may do: a CI system's jobs need no token that is stored there. */
export interface TrustPolicy {
  id: string;
  name: string;
  /** What the `iss` of a token is, letter for letter. */
  issuer: string;
  /** Where the issuer shows the keys that it signs with. */
  jwksUri: string;
  /** What the `aud` of a token is, or has in it. */
  audience: string;
  /** All of them have to fit. */
  conditions: readonly Condition[];
  grants: readonly Grant[];
  /** Seconds that a token lasts which is made in exchange. */
  maxLifeSeconds: number;
  /** Who made it, as the credentials say. */
  createdBy: string;
  /** Epoch seconds. */
  createdAt: number;
}

/** The table of policies. Every read is strongly consistent. */
export interface TrustPolicies {
  add(policy: TrustPolicy): Promise<void>;
  list(): Promise<TrustPolicy[]>;
  ofIssuer(issuer: string): Promise<TrustPolicy[]>;
  /** Does nothing where there is none. */
  remove(id: string): Promise<void>;
}

/** What an issuer says of the bearer of a token. */
export type Claims = Readonly<Record<string, unknown>>;

/** Those who sign tokens. */
export interface Issuers {
  /**
   * The claims of a token that its issuer signed, with a key that it shows at `jwksUri`; whether they
   * are of today, or meant for us, is not looked at. `undefined` for any other token.
   * @throws RegistryError `issuer-unavailable`
   */
  verify(jwt: string, issuer: Pick<TrustPolicy, 'issuer' | 'jwksUri'>): Promise<Claims | undefined>;
}

/** Remembers which tokens were used. */
export interface UsedJwts {
  /**
   * Notes a use; `false` when there was one.
   * @param until epoch seconds for which it has to be remembered
   * @param now epoch seconds
   */
  claim(id: string, until: number, now: number): Promise<boolean>;
}
