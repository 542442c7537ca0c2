import { quote } from '#apk/apk-format-error.ts';
import { RegistryError } from './registry-error.ts';
import { parseBranch, parseOwner, parseRepositoryName } from './repository-name.ts';

/** What can be done in a place. None of them has another one in it: a token that publishes need not read. */
export const RIGHTS = ['read', 'publish', 'delete', 'admin'] as const;

export type Right = (typeof RIGHTS)[number];

/**
 * An owner, a branch or a repository, and all that is in it: `acme`, `acme/v3.22`, `acme/v3.22/main`. In a grant,
 * `*` stands for every name of its segment; `*` alone is the whole registry.
 */
export type Place = string;

/** What somebody may do, and where. */
export interface Grant {
  allow: readonly Right[];
  on: Place;
}

/** @throws RegistryError `bad-place`, or those of a name that is none */
export function parsePlace(text: string): Place {
  const [owner = '', branch, repository, ...rest] = text.split('/');
  if (rest.length > 0) {
    throw new RegistryError(
      'bad-place',
      `${quote(text)} is no place: write OWNER, OWNER/BRANCH or OWNER/BRANCH/REPOSITORY, with * for any name.`,
    );
  }
  return [
    owner === ANY ? ANY : parseOwner(owner),
    ...(branch === undefined ? [] : [branch === ANY ? ANY : parseBranch(branch)]),
    ...(repository === undefined ? [] : [repository === ANY ? ANY : parseRepositoryName(repository)]),
  ].join('/');
}

const ANY = '*';

/** Whether all of `place` is in the place that a grant is on; `*` in `place` is only in `*`. */
export function covers(on: Place, place: Place): boolean {
  const segments = place.split('/');
  const wanted = on.split('/');
  return wanted.length <= segments.length && wanted.every((name, i) => name === ANY || name === segments[i]);
}

/** Whether one of the grants gives a right in a whole place. */
export const permits = (grants: readonly Grant[], right: Right, place: Place): boolean =>
  grants.some(({ allow, on }) => allow.includes(right) && covers(on, place));

/** Whether somebody with `grants` has all that `given` gives. */
export const permitsAll = (grants: readonly Grant[], given: readonly Grant[]): boolean =>
  given.every(({ allow, on }) => allow.every((right) => permits(grants, right, on)));

/** Every right everywhere. */
export const EVERYTHING: readonly Grant[] = [{ allow: RIGHTS, on: ANY }];
