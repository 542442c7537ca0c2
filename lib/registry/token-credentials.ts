import type { Credentials, Principal } from './authorize.ts';
import type { Observer } from './observer.ts';
import { sameSecret } from './same-secret.ts';
import { secondOf } from './second-of.ts';
import { BOOTSTRAP_ID, idOfToken, sha256OfToken } from './token-text.ts';
import type { StoredToken, TokenPorts } from './tokens.ts';

/** What a token is compared with that nobody has made: a guess costs the same whether or not its id is one. */
const NOBODYS_SHA256 = '0'.repeat(64);

export interface TokenCredentialsPorts extends Pick<TokenPorts, 'tokens' | 'clock'> {
  observer: Pick<Observer, 'failed'>;
}

/** The tokens of the table. It is asked for each one each time, so that a revoked one ends at once. */
export function tokenCredentials(ports: TokenCredentialsPorts): Credentials {
  return {
    async find(token) {
      const stored = await ports.tokens.find(idOfToken(token));
      const isSame = sameSecret(sha256OfToken(token), stored?.sha256 ?? NOBODYS_SHA256);
      if (stored === undefined || !isSame || hasEnded(stored, secondOf(ports.clock))) return undefined;
      await noteUse(stored, ports);
      return principalOf(stored);
    },
  };
}

const hasEnded = ({ expiresAt }: StoredToken, now: number): boolean =>
  expiresAt !== undefined && expiresAt <= now;

/** Awaited, since a Lambda does nothing after its answer; but a request does not fail for it. */
async function noteUse(stored: StoredToken, { tokens, clock, observer }: TokenCredentialsPorts) {
  const today = new Date(clock()).toISOString().slice(0, 'YYYY-MM-DD'.length);
  if (stored.lastUsedOn === today) return;
  try {
    await tokens.use(stored, today);
  } catch (error) {
    observer.failed(error);
  }
}

/** The id comes last, and is always there, so that no name looks like another token's. */
const principalOf = ({ id, name, grants, expiresAt }: StoredToken): Principal => ({
  name: id === BOOTSTRAP_ID ? name : `${name} (alp_${id})`,
  grants,
  tokenId: id,
  ...(expiresAt !== undefined && { expiresAt }),
});
