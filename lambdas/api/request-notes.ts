import type { AuditEntry } from '#registry/audit.ts';
import type { Principal } from '#registry/authorize.ts';
import { packageKey } from '#registry/object-keys.ts';
import type { Published } from '#registry/publish-package.ts';
import type { Grant } from '#registry/rights.ts';

export type Change = Pick<AuditEntry, 'action' | 'owner' | 'on'>;

interface Notes {
  principal?: Principal;
  change?: Change | undefined;
}

/** What is found out about a request while it is answered, for whoever looks at the answer as a whole. */
const notes = new WeakMap<Request, Notes>();

const add = (request: Request, more: Notes) => notes.set(request, { ...notes.get(request), ...more });

export const notesOf = (request: Request): Notes => notes.get(request) ?? {};

export const notePrincipal = (request: Request, principal: Principal) => add(request, { principal });

/** Says what a request is about to change, and again when it is known better: nothing, perhaps. */
export const noteChange = (request: Request, change: Change | undefined) => add(request, { change });

/** A package that was published. */
export const publicationOf = ({ record }: Published): Change => ({
  action: 'publish',
  owner: record.owner,
  on: packageKey(record),
});

/** The only owner that grants are for, if there is one. */
export function ownerOf(grants: readonly Grant[]): string | undefined {
  const [owner, ...others] = new Set(grants.map(({ on }) => on.split('/')[0]));
  return others.length > 0 || owner === '*' ? undefined : owner;
}
