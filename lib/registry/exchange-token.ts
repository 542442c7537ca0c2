import { authenticate, type Credentials } from './authorize.ts';
import type { TrustedPrincipal } from './oidc-credentials.ts';
import type { Clock } from './ports.ts';
import type { Grant } from './rights.ts';

/** Makes an ordinary token. @returns the token */
export type IssueToken = (token: {
  name: string;
  grants: readonly Grant[];
  /** Epoch seconds. */
  expiresAt: number;
}) => Promise<string>;

export interface ExchangePorts {
  jwts: Credentials<TrustedPrincipal>;
  issueToken: IssueToken;
  clock: Clock;
}

export interface ExchangedToken {
  token: string;
  grants: readonly Grant[];
  /** Seconds that it lasts. */
  life: number;
}

/**
 * Makes a token that can be used again of a JSON Web Token that cannot, with the same rights.
 * @throws RegistryError as `oidcCredentials`, and `unauthorized`
 */
export async function exchangeToken(
  jwt: string | undefined,
  { jwts, issueToken, clock }: ExchangePorts,
): Promise<ExchangedToken> {
  const { name, grants, maxLifeSeconds: life } = await authenticate(jwt, jwts);
  const expiresAt = Math.floor(clock() / 1000) + life;
  return { token: await issueToken({ name, grants, expiresAt }), grants, life };
}
