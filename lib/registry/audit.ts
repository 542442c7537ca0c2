import type { Place } from './rights.ts';

/** What somebody did, or tried to: a package, a token, a policy, a visibility, publishers, a signing key. */
export type AuditAction =
  | 'publish'
  | 'create-upload'
  | 'delete'
  | 'create-token'
  | 'revoke-token'
  | 'exchange-token'
  | 'add-trust'
  | 'remove-trust'
  | 'set-visibility'
  | 'set-publishers'
  | 'publish-key';

/** One line of the audit trail. It is written once and never changed. */
export interface AuditEntry {
  /** Epoch milliseconds. */
  at: number;
  /** As the credentials say: `ci (alp_…)`, `oidc:…`. */
  who: string;
  /** The client's address; `undefined` for what the registry did itself. */
  from?: string | undefined;
  action: AuditAction;
  /** The owner that it is about; `undefined` for what is about several, or none. */
  owner?: string | undefined;
  /** A place, an object key, or the id of a token or policy. */
  on: string;
  /** Why it was refused: the code of the answer; `undefined` for what was done. */
  refused?: string | undefined;
}

export interface AuditQuery {
  /** Without one, every owner's and what is about none. */
  owner?: Place | undefined;
  /** Where the last page ended. */
  before?: string | undefined;
  limit: number;
}

export interface AuditPage {
  /** The newest first. */
  entries: AuditEntry[];
  /** Where the next page begins; `undefined` on the last. */
  next?: string | undefined;
}

/** Who did what, for those who have to find out. */
export interface AuditTrail {
  /** @param id of what happened, so that whoever says it again says it once; by default a new one */
  add(entry: AuditEntry, id?: string): Promise<void>;
  list(query: AuditQuery): Promise<AuditPage>;
}
