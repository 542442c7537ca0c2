import { quote } from '#apk/apk-format-error.ts';
import { authorize, type Principal, type Right, type Tokens } from '#registry/authorize.ts';
import { parseOwner } from '#registry/repository-name.ts';
import { readToken } from './read-token.ts';

/**
 * Who sends a request that changes what `owner` has. It comes before the names of the request are
 * checked and its body is read: a stranger gets a 401, and nothing else.
 * @param owner as in the path
 * @throws RegistryError `unauthorized`, `forbidden`
 */
export function authorizeRequest(
  request: Request,
  right: Exclude<Right, 'read'>,
  owner: string,
  tokens: Tokens,
): Promise<Principal> {
  return authorize(readToken(headerOf(request)), right, nameOrQuoted(owner), tokens);
}

/**
 * The owner that somebody reads from. Every read of the API passes here: owners are public, and a
 * private one would be asked for its token here.
 * @throws RegistryError `bad-owner`, `reserved-owner`
 */
export const authorizeRead = (owner: string): string => parseOwner(owner);

const headerOf = (request: Request) => request.headers.get('authorization') ?? undefined;

/** The refusal repeats the owner, so one that is not a name is escaped; no token has a right to that. */
function nameOrQuoted(owner: string): string {
  try {
    return parseOwner(owner);
  } catch {
    return quote(owner);
  }
}
