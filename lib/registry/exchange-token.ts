import { authenticate, type Credentials } from './authorize.ts';
import { issueToken } from './issue-token.ts';
import type { TrustedPrincipal } from './oidc-credentials.ts';
import { RegistryError } from './registry-error.ts';
import type { Place } from './rights.ts';
import { secondOf } from './second-of.ts';
import type { StoredToken, TokenPorts } from './tokens.ts';

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
 * @param owner whose policies count; without one, those of all. Anybody can write a policy that fits another one's
 * jobs, and so has a say in how long such a token lasts, and in what
 * @throws RegistryError as `oidcCredentials`, and `unauthorized`
 */
export async function exchangeToken(
  jwt: string | undefined,
  owner: string | undefined,
  { jwts, ...ports }: ExchangePorts,
): Promise<ExchangedToken> {
  const { name, policies } = await authenticate(jwt, jwts);
  const counting = policies.filter(
    ({ grants }) => owner === undefined || grants.every(({ on }) => isFor(owner, on)),
  );
  if (counting.length === 0) {
    throw new RegistryError(
      'not-trusted',
      `The token is trusted, but by no policy for the owner ${owner} alone.`,
    );
  }
  const grants = counting.flatMap((policy) => policy.grants);
  const life = Math.min(...counting.map(({ maxLifeSeconds }) => maxLifeSeconds));
  const expiresAt = secondOf(ports.clock) + life;
  const issued = await issueToken({ name, grants, createdBy: name, expiresAt }, ports);
  return { ...issued, life };
}

/** Only who administers everything gives rights on any owner. */
const isFor = (owner: string, on: Place): boolean => [owner, '*'].includes(on.split('/')[0] ?? '');
