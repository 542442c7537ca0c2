import { quote } from '#apk/apk-format-error.ts';
import type { RepositoryName } from './ports.ts';
import { RegistryError } from './registry-error.ts';

const OWNER = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const SEGMENT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** First path segments that mean something else than an owner. */
const RESERVED = new Set(['api', 'v2', 'key', 'assets']);

/**
 * Folds the owner to lower case, as Forgejo's and Buildkite's names are, and checks it.
 * @throws RegistryError `bad-owner`, `reserved-owner`
 */
export function parseOwner(text: string): string {
  const owner = text.toLowerCase();
  if (RESERVED.has(owner) || owner.startsWith('_')) {
    throw new RegistryError('reserved-owner', `The owner ${quote(text)} is reserved; use another name.`);
  }
  if (!OWNER.test(owner)) {
    throw new RegistryError(
      'bad-owner',
      `The owner ${quote(text)} is not a name: use up to 64 letters, digits and ._- and begin with a letter or a digit.`,
    );
  }
  return owner;
}

/** @throws RegistryError `bad-owner`, `reserved-owner`, `bad-branch`, `bad-repository` */
export function parseRepository(text: RepositoryName): RepositoryName {
  return {
    owner: parseOwner(text.owner),
    branch: parseBranch(text.branch),
    repository: parseRepositoryName(text.repository),
  };
}

/** @throws RegistryError `bad-branch` */
export const parseBranch = (text: string): string => parseSegment('branch', text);

/** @throws RegistryError `bad-repository` */
export const parseRepositoryName = (text: string): string => parseSegment('repository', text);

function parseSegment(what: 'branch' | 'repository', text: string): string {
  if (SEGMENT.test(text)) return text;
  throw new RegistryError(
    `bad-${what}`,
    `The ${what} ${quote(text)} is not a name: use up to 64 letters, digits and ._- and begin with a letter or a digit, for example ${what === 'branch' ? 'v3.22' : 'main'}.`,
  );
}
