import { forgetTokens } from './forget-tokens.ts';
import { readerEntry, tokenKey } from './readers.ts';
import { EVERYTHING } from './rights.ts';
import { secondOf } from './second-of.ts';
import { BOOTSTRAP_ID, idOfToken, sha256OfToken } from './token-text.ts';
import type { StoredToken, TokenPorts } from './tokens.ts';

/**
 * Gives the token that a registry is started with every right, without end; the one that it was started with
 * before ends, if it is another.
 * @param token of any shape
 */
export async function keepStartToken(token: string, ports: TokenPorts): Promise<void> {
  const stored: StoredToken = {
    id: idOfToken(token),
    name: BOOTSTRAP_ID,
    sha256: sha256OfToken(token),
    grants: EVERYTHING,
    createdBy: BOOTSTRAP_ID,
    createdAt: secondOf(ports.clock),
    kind: 'bootstrap',
  };
  const isIt = ({ id, sha256, kind }: StoredToken) =>
    id === stored.id && sha256 === stored.sha256 && kind === stored.kind;
  const inItsPlace = (await ports.tokens.list()).filter(
    ({ id, kind }) => id === stored.id || kind === stored.kind,
  );
  const others = inItsPlace.filter((each) => !isIt(each)).map(({ id }) => id);
  await forgetTokens(others, ports);
  if (!inItsPlace.some(isIt)) await ports.tokens.add(stored);
  await ports.readers.update(new Map([[tokenKey(stored.id), readerEntry(stored)]]));
}
