import { administers, type Principal } from './authorize.ts';
import { forgetTokens } from './forget-tokens.ts';
import { RegistryError } from './registry-error.ts';
import { isTokenId } from './token-text.ts';
import type { StoredToken, TokenPorts } from './tokens.ts';

/** The tokens that somebody may end, ended ones among them, the newest first. */
export async function listTokens(
  principal: Principal,
  { tokens }: Pick<TokenPorts, 'tokens'>,
): Promise<StoredToken[]> {
  const all = await tokens.list();
  return all
    .filter((token) => administers(principal, token.grants))
    .sort((a, b) => b.createdAt - a.createdAt);
}

/**
 * Ends a token at once: one's own, or one whose every place one administers.
 * @returns what it was
 * @throws RegistryError `not-found`, the same for one that is not there and for one that others administer
 */
export async function revokeToken(
  id: string,
  principal: Principal,
  ports: Pick<TokenPorts, 'tokens' | 'readers'>,
): Promise<StoredToken> {
  const stored = isTokenId(id) ? await ports.tokens.find(id) : undefined;
  if (stored === undefined || !(principal.tokenId === id || administers(principal, stored.grants))) {
    // Not repeated: who sends the whole token instead of its id must not find it in an answer.
    throw new RegistryError(
      'not-found',
      'You administer no token of that id. An id is the 16 characters after alp_ in a token, as GET /api/tokens lists it.',
    );
  }
  await forgetTokens([id], ports);
  return stored;
}
