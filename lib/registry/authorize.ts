import { RegistryError } from './registry-error.ts';
import { sameSecret } from './same-secret.ts';

export type Right = 'read' | 'publish' | 'delete' | 'admin';

/** Somebody whose token is known. */
export interface Principal {
  /** How records name it. */
  name: string;
  can(right: Right, owner: string): boolean;
}

/** Where tokens are looked up. */
export interface Tokens {
  find(token: string): Promise<Principal | undefined>;
}

/**
 * Who may do what: the one place that decides it.
 * @throws RegistryError `unauthorized` without a token that is known, `forbidden` without the right
 */
export async function authorize(
  token: string | undefined,
  right: Right,
  owner: string,
  tokens: Tokens,
): Promise<Principal> {
  if (token === undefined) {
    throw new RegistryError(
      'unauthorized',
      'This needs a token: send `Authorization: Bearer TOKEN`, or the token as the password of `curl --user`.',
    );
  }
  const principal = await tokens.find(token);
  if (principal === undefined) {
    throw new RegistryError(
      'unauthorized',
      'The token is not known here. Look for a cut, a stray line end, or a $TOKEN that the shell did not fill in; or ask for a new one.',
    );
  }
  if (!principal.can(right, owner)) {
    throw new RegistryError('forbidden', `The token ${principal.name} has no right to ${right} in ${owner}.`);
  }
  return principal;
}

/** The token that a registry is started with; it has every right. */
export function bootstrapTokens(bootstrapToken: string): Tokens {
  const principal: Principal = { name: 'bootstrap', can: () => true };
  return {
    find: async (token) => (sameSecret(token, bootstrapToken) ? principal : undefined),
  };
}
