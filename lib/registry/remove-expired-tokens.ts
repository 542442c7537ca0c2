import { forgetTokens } from './forget-tokens.ts';
import { secondOf } from './second-of.ts';
import type { TokenPorts } from './tokens.ts';

/** For so long, who wonders why a token is refused finds it listed, with its end. */
const KEPT_SECONDS = 30 * 24 * 60 * 60;

/** Forgets the tokens that ended a month ago. @returns their ids */
export async function removeExpiredTokens(ports: TokenPorts): Promise<string[]> {
  const endedBefore = secondOf(ports.clock) - KEPT_SECONDS;
  const tokens = await ports.tokens.list();
  const ids = tokens.flatMap(({ id, expiresAt }) =>
    expiresAt !== undefined && expiresAt <= endedBefore ? [id] : [],
  );
  await forgetTokens(ids, ports);
  return ids;
}
