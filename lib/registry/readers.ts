import { RegistryError } from './registry-error.ts';
import type { Grant, Place } from './rights.ts';

export type Visibility = 'public' | 'private';

/**
 * What CloudFront's viewer function decides reads by: a copy of what the table says of tokens and owners, as text
 * by key. What it does not say is not allowed.
 */
export interface Readers {
  /** Sets each key to its value, or takes it out where that is `undefined`; all of them, or it throws. */
  update(changes: ReadonlyMap<string, string | undefined>): Promise<void>;
  /** Everything that is in it. */
  list(): Promise<Map<string, string>>;
}

/** What the viewer function knows of a token; the names are short since 1,024 characters is all that a value has. */
export interface ReaderEntry {
  /** Lower-case hex SHA-256 of the whole token. */
  h: string;
  /** Epoch seconds from which it is nobody's; 0 for never. */
  e: number;
  /** The places that it may read. */
  on: Place[];
}

/** Source: CloudFront Developer Guide, "Quotas on key value stores". */
const MAX_VALUE_CHARACTERS = 1024;

export const tokenKey = (id: string) => `t/${id}`;

/** @param place an owner or a repository; without one, of every owner that nothing else is said of */
export const visibilityKey = (place?: Place) => (place === undefined ? 'v' : `v/${place}`);

/**
 * @returns `undefined` for a token that reads nothing, and need not be known
 * @throws RegistryError `too-many-places`
 */
export function readerEntry({
  sha256,
  grants,
  expiresAt = 0,
}: {
  sha256: string;
  grants: readonly Grant[];
  expiresAt?: number | undefined;
}): string | undefined {
  const on = grants.filter(({ allow }) => allow.includes('read')).map((grant) => grant.on);
  if (on.length === 0) return undefined;
  const entry: ReaderEntry = { h: sha256, e: expiresAt, on: [...new Set(on)] };
  const value = JSON.stringify(entry);
  if (value.length <= MAX_VALUE_CHARACTERS) return value;
  throw new RegistryError(
    'too-many-places',
    `A token cannot read in ${on.length} places with names of such a length. Name an owner or a branch instead, or make two tokens.`,
  );
}
