import { forbidden, unauthorized } from './answers.ts';
import { readToken, tokenId } from './reader-token.ts';
import type { ViewerResponse } from './viewer-event.ts';

/** What the viewer function needs of its runtime. */
export interface ReaderLookup {
  /** A value of the key value store; `undefined` where there is none, and a rejection where nobody knows. */
  get(key: string): Promise<string | undefined>;
  /** Lower-case hex of the digest of a text's UTF-8. */
  sha256(text: string): string;
  /** Epoch milliseconds. */
  now(): number;
}

/** As lib/registry/readers.ts writes it. */
interface ReaderEntry {
  h: string;
  e: number;
  on: string[];
}

/**
 * Whether somebody may read in a place: an owner, or its branch and repository. What cannot be found out
 * is not allowed.
 * @returns the answer to who may not; `undefined` for who may
 */
export async function refuseReader(
  place: string[],
  authorization: string | undefined,
  lookup: ReaderLookup,
): Promise<ViewerResponse | undefined> {
  try {
    const visible = await isPublic(place, lookup);
    if (visible) return undefined;
    const token = readToken(authorization);
    if (token === undefined) return unauthorized;
    const value = await lookup.get(`t/${tokenId(token)}`);
    if (value === undefined) return unauthorized;
    const entry: ReaderEntry = JSON.parse(value);
    if (!isHolder(entry, token, lookup)) return unauthorized;
    return mayRead(entry, place) ? undefined : forbidden;
  } catch (_error) {
    return unauthorized;
  }
}

/** What is said of the repository counts, else of the owner, else of all. */
async function isPublic(place: string[], lookup: ReaderLookup): Promise<boolean> {
  let visibility: string | undefined;
  if (place.length > 1) visibility = await lookup.get(`v/${place.join('/')}`);
  if (visibility === undefined) visibility = await lookup.get(`v/${place[0]}`);
  if (visibility === undefined) visibility = await lookup.get('v');
  return visibility === 'public';
}

/** Digests are compared as they are: whoever guesses cannot choose what the digest of a guess begins with. */
const isHolder = (entry: ReaderEntry, token: string, lookup: ReaderLookup): boolean =>
  (entry.e === 0 || lookup.now() < entry.e * 1000) && entry.h === lookup.sha256(token);

const mayRead = (entry: ReaderEntry, place: string[]): boolean =>
  entry.on.some((on) => covers(on.split('/'), place));

/** As lib/registry/rights.ts does. */
const covers = (wanted: string[], place: string[]): boolean =>
  wanted.length <= place.length && wanted.every((name, i) => name === '*' || name === place[i]);
