import { readerEntry, tokenKey } from './readers.ts';
import { secondOf } from './second-of.ts';
import { makeToken, sha256OfToken } from './token-text.ts';
import type { StoredToken, TokenPorts } from './tokens.ts';

export type NewToken = Pick<StoredToken, 'name' | 'grants' | 'createdBy' | 'expiresAt'>;

export interface IssuedToken {
  /** Nobody can ask for it again. */
  token: string;
  stored: StoredToken;
}

/**
 * Makes a token for whoever was found to have a right to it. The table knows it first: what only the table knows
 * is put right by the daily comparison, and what only the readers know would be a token that nobody can revoke.
 * @throws RegistryError `too-many-places`
 */
export async function issueToken(
  asked: NewToken,
  { tokens, readers, clock }: TokenPorts,
): Promise<IssuedToken> {
  const { id, token } = makeToken();
  const stored: StoredToken = { ...asked, id, sha256: sha256OfToken(token), createdAt: secondOf(clock) };
  const entry = readerEntry(stored);
  if (!(await tokens.add(stored))) throw new Error(`A token has the id ${id} already.`);
  if (entry !== undefined) await readers.update(new Map([[tokenKey(id), entry]]));
  return { token, stored };
}
