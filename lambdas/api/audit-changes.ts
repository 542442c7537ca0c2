import type { MiddlewareHandler } from 'hono';
import { quote } from '#apk/apk-format-error.ts';
import { redactTokens } from '#registry/redact.ts';
import { parseOwner } from '#registry/repository-name.ts';
import type { ApiDependencies } from './api-dependencies.ts';
import { clientAddress } from './client-address.ts';
import { problemOf } from './problem.ts';
import { type Change, notesOf } from './request-notes.ts';

/**
 * Refusals that somebody who is known has earned; a stranger's cost nothing, and fill no table. And a failure on the
 * way: part of the change may have been made, and whoever is asked to finish it later knows not for whom.
 */
const AUDITED_REFUSALS = new Set(['forbidden', 'untrusted-publisher', 'internal-error']);

/** The longest object key there is. */
const MAX_CHARACTERS = 1024;

/**
 * Writes what a request has changed, or was not let to change, into the audit trail before it is answered: a change
 * that cannot be written there is answered 500.
 */
export const auditChanges =
  ({ audit, clock, originSecret }: ApiDependencies): MiddlewareHandler =>
  async (context, next) => {
    await next();
    const { principal, change } = notesOf(context.req.raw);
    if (principal === undefined || change === undefined) return;
    const refused = context.error && problemOf(context.error).problem.code;
    if (refused !== undefined && !AUDITED_REFUSALS.has(refused)) return;
    const from = clientAddress(context.req.raw, originSecret);
    await audit.add({ at: clock(), who: principal.name, from, ...readable(change), refused });
  };

/** What is refused may have been asked of names that are none. */
const readable = ({ action, owner, on }: Change): Change => ({
  action,
  owner: owner === undefined ? undefined : ownerOrNone(owner),
  on: redactTokens(on.length <= MAX_CHARACTERS && !/\p{C}/u.test(on) ? on : quote(on)),
});

function ownerOrNone(text: string): string | undefined {
  try {
    return parseOwner(text);
  } catch {
    return undefined;
  }
}
