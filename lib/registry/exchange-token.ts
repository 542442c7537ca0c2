import { authenticate, type Credentials } from './authorize.ts';
import { issueToken } from './issue-token.ts';
import type { TrustedPrincipal } from './oidc-credentials.ts';
import { type StoredToken, secondOf, type TokenPorts } from './tokens.ts';

export interface ExchangePorts extends TokenPorts {
  jwts: Credentials<TrustedPrincipal>;
}

export interface ExchangedToken {
  token: string;
  /** What it is stored as. */
  stored: StoredToken;
  /** Seconds that it lasts. */
  life: number;
}

/**
 * Makes a token that can be used again of a JSON Web Token that cannot, with the same rights.
 * @throws RegistryError as `oidcCredentials`, and `unauthorized`
 */
export async function exchangeToken(
  jwt: string | undefined,
  { jwts, ...ports }: ExchangePorts,
): Promise<ExchangedToken> {
  const { name, grants, maxLifeSeconds: life } = await authenticate(jwt, jwts);
  const expiresAt = secondOf(ports.clock) + life;
  const issued = await issueToken({ name, grants, createdBy: name, expiresAt }, ports);
  return { ...issued, life };
}
