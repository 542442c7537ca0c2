import { RegistryError } from './registry-error.ts';
import { type Grant, type Place, permits, type Right } from './rights.ts';

/** Somebody whose credentials were found to be good. */
export interface Principal {
  /** How records name it: `ci (alp_4n2k…)`, `oidc:token.actions.githubusercontent.com:repo:…`. */
  name: string;
  grants: readonly Grant[];
  /** Of those that have a token of the table. */
  tokenId?: string;
  /** Epoch seconds from which it is nobody; never, without it. */
  expiresAt?: number;
}

/** Tells who has a token; what kind of token it is, its finder knows. */
export interface Credentials<P extends Principal = Principal> {
  /**
   * @returns `undefined` for one that is not known, has ended or was revoked: a guesser learns not which
   * @throws RegistryError for one that is read, and refused for a reason that its holder has to know
   */
  find(token: string): Promise<P | undefined>;
}

/**
 * Who has a token.
 * @throws RegistryError `unauthorized` without one that is known
 */
export async function authenticate<P extends Principal>(
  token: string | undefined,
  credentials: Credentials<P>,
): Promise<P> {
  if (token === undefined) {
    throw new RegistryError(
      'unauthorized',
      'This needs a token: send `Authorization: Bearer TOKEN`, or the token as the password of `curl --user`.',
    );
  }
  const principal = await credentials.find(token);
  if (principal !== undefined) return principal;
  throw new RegistryError(
    'unauthorized',
    'The token is not known here, or has ended. Look for a cut, a stray line end, or a $TOKEN that the shell did not fill in; or ask for a new one. That of a CI system has to be made for the audience of its policy.',
  );
}

/**
 * Who may do what: the one place that decides it.
 * @throws RegistryError `forbidden`
 */
export function requireRight({ name, grants }: Principal, right: Right, place: Place): void {
  if (permits(grants, right, place)) return;
  throw new RegistryError('forbidden', `The token ${name} has no right to ${right} in ${place}.`);
}

/** Whether somebody administers every place that some grants are on. */
export const administers = ({ grants }: Principal, others: readonly Grant[]): boolean =>
  others.every(({ on }) => permits(grants, 'admin', on));

/**
 * Nobody gives what they do not have, nor where they do not administer.
 * @throws RegistryError `forbidden`
 */
export function requireToGive(giver: Principal, { allow, on }: Grant): void {
  for (const right of new Set<Right>(['admin', ...allow])) requireRight(giver, right, on);
}
