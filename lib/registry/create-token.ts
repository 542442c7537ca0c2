import { type Principal, requireToGive } from './authorize.ts';
import { type IssuedToken, issueToken } from './issue-token.ts';
import { RegistryError } from './registry-error.ts';
import { EVERYTHING } from './rights.ts';
import { secondOf } from './second-of.ts';
import { checkDays, checkTokenName, readGrants, type TokenRequest } from './token-terms.ts';
import type { TokenPorts } from './tokens.ts';

const DEFAULT_DAYS = 90;
const SECONDS_A_DAY = 24 * 60 * 60;

/**
 * Makes a token that can do no more, and lasts no longer, than its creator.
 * @throws RegistryError `bad-token-name`, `bad-rights`, `bad-expiry`, `too-many-places`, those of a place that is
 * none, and `forbidden` for what the creator may not give
 */
export async function createToken(
  { name, grants: asked, expiresInDays }: TokenRequest,
  creator: Principal,
  ports: TokenPorts,
): Promise<IssuedToken> {
  const grants = readGrants(asked);
  const token = {
    name: checkTokenName(name),
    grants,
    createdBy: creator.name,
    expiresAt: endOf(expiresInDays, creator, secondOf(ports.clock)),
  };
  for (const grant of grants) requireToGive(creator, grant);
  return issueToken(token, ports);
}

/** For whoever holds the table itself, and needs no token to make one: the first of a registry, or of one locked out. */
export const createFirstToken = (request: TokenRequest, ports: TokenPorts): Promise<IssuedToken> =>
  createToken(request, { name: 'operator', grants: EVERYTHING }, ports);

/**
 * Epoch seconds; `undefined` for never.
 * @throws RegistryError `bad-expiry`, `forbidden`
 */
function endOf(
  days: TokenRequest['expiresInDays'],
  { name, expiresAt: creatorsEnd }: Principal,
  now: number,
): number | undefined {
  if (days === undefined)
    return Math.min(now + DEFAULT_DAYS * SECONDS_A_DAY, creatorsEnd ?? Number.POSITIVE_INFINITY);
  const end = days === null ? undefined : now + checkDays(days) * SECONDS_A_DAY;
  if (creatorsEnd === undefined || (end !== undefined && end <= creatorsEnd)) return end;
  throw new RegistryError(
    'forbidden',
    `The token ${name} ends at ${new Date(creatorsEnd * 1000).toISOString()}, and cannot make one that lasts longer. Ask for fewer days; without expires_in_days, the new one ends with it at the latest.`,
  );
}
