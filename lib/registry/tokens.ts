import type { Clock } from './ports.ts';
import type { Readers } from './readers.ts';
import type { Grant } from './rights.ts';

/** What is kept of a token: what it may do, and how to know it again, but never the token. */
export interface StoredToken {
  /** What stands in the token after `alp_`; `bootstrap` for one that was not made here. */
  id: string;
  /** What people call it. */
  name: string;
  /** Lower-case hex SHA-256 of the whole token. */
  sha256: string;
  grants: readonly Grant[];
  /** Who made it, as the credentials say. */
  createdBy: string;
  /** Epoch seconds. */
  createdAt: number;
  /** Epoch seconds from which it is nobody's; never, without it. */
  expiresAt?: number | undefined;
  /** The last day, UTC, on which it let somebody in, `YYYY-MM-DD`. */
  lastUsedOn?: string | undefined;
  /** `bootstrap`: the one that a registry of one machine was last started with. */
  kind?: 'bootstrap' | undefined;
}

/** The table of tokens. Every read is strongly consistent. */
export interface TokenStore {
  /** `false` when another token has its id. */
  add(token: StoredToken): Promise<boolean>;
  find(id: string): Promise<StoredToken | undefined>;
  /** Every token, ended ones among them. */
  list(): Promise<StoredToken[]>;
  /** Does nothing where there is none. */
  remove(id: string): Promise<void>;
  /** Notes the day on which a token was used, unless that is known, or the token is gone. */
  use(token: Pick<StoredToken, 'id' | 'sha256'>, day: string): Promise<void>;
}

/** Where tokens are made and ended: the table, and the copy that reads are decided by. */
export interface TokenPorts {
  tokens: TokenStore;
  readers: Readers;
  clock: Clock;
}
