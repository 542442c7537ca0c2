import type { IssuedToken } from '#registry/issue-token.ts';
import type { StoredToken } from '#registry/tokens.ts';

/** A new token; no other answer has the token itself. */
export const describeIssuedToken = ({ token, stored }: IssuedToken) => ({
  id: stored.id,
  token,
  name: stored.name,
  rights: stored.grants,
  expires_at: timeOf(stored.expiresAt),
});

/** A token as it is listed: no secret, and nothing that is made from it. */
export const describeToken = (stored: StoredToken) => ({
  id: stored.id,
  name: stored.name,
  rights: stored.grants,
  expires_at: timeOf(stored.expiresAt),
  created_at: timeOf(stored.createdAt),
  created_by: stored.createdBy,
  last_used_on: stored.lastUsedOn ?? null,
});

/** RFC 3339, of epoch seconds. */
const timeOf = (seconds: number | undefined): string | null =>
  seconds === undefined ? null : new Date(seconds * 1000).toISOString();
