import { quote } from '#apk/apk-format-error.ts';
import { authenticate, type Credentials, type Principal, requireRight } from '#registry/authorize.ts';
import { parseOwner } from '#registry/repository-name.ts';
import { type Place, parsePlace, type Right } from '#registry/rights.ts';
import { readToken } from './read-token.ts';
import { notePrincipal } from './request-notes.ts';

/**
 * Who sends a request that changes what is in a place. It comes before the names of the request are
 * checked and its body is read: a stranger gets a 401, and nothing else.
 * @param place its names as in the path
 * @throws RegistryError `unauthorized`, `forbidden`
 */
export async function authorizeRequest(
  request: Request,
  right: Exclude<Right, 'read'>,
  place: readonly string[],
  credentials: Credentials,
): Promise<Principal> {
  const principal = await authenticateRequest(request, credentials);
  requireRight(principal, right, placeOrQuoted(place.join('/')));
  return principal;
}

/**
 * Who sends a request whose place is not in its path.
 * @throws RegistryError `unauthorized`
 */
export async function authenticateRequest(request: Request, credentials: Credentials): Promise<Principal> {
  const principal = await authenticate(tokenOf(request), credentials);
  notePrincipal(request, principal);
  return principal;
}

/**
 * The owner that somebody reads from. What the API shows without a token is the same for every owner there could
 * be; who may read files is decided by CloudFront's viewer function, before the API is asked.
 * @throws RegistryError `bad-owner`, `reserved-owner`
 */
export const authorizeRead = (owner: string): string => parseOwner(owner);

const tokenOf = (request: Request) => readToken(request.headers.get('authorization') ?? undefined);

/** The refusal repeats the place, so one that is none is escaped; `*` is no name, and only `*` has a right to it. */
function placeOrQuoted(text: string): Place {
  try {
    return parsePlace(text);
  } catch {
    return quote(text);
  }
}
