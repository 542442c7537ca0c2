import type { RepositoryName } from '#registry/ports.ts';
import { RegistryError } from '#registry/registry-error.ts';
import { parseRepository } from '#registry/repository-name.ts';
import { UsageError } from '../command.ts';

/**
 * Reads `OWNER/BRANCH/REPOSITORY`.
 * @throws UsageError
 */
export function parseRepositoryPath(text: string): RepositoryName {
  const [owner, branch, repository, ...rest] = text.replace(/^\/|\/$/g, '').split('/');
  if (!owner || !branch || !repository || rest.length > 0) {
    throw new UsageError(
      `${JSON.stringify(text)} is no repository: write OWNER/BRANCH/REPOSITORY, for example acme/v3.22/main.`,
    );
  }
  try {
    return parseRepository({ owner, branch, repository });
  } catch (error) {
    throw error instanceof RegistryError ? new UsageError(error.message) : error;
  }
}

/** As `parseRepositoryPath` reads it. */
export const pathOf = ({ owner, branch, repository }: RepositoryName): string =>
  `${owner}/${branch}/${repository}`;

/** Whether it may be `OWNER/BRANCH/REPOSITORY`, and is no URL and no path from the root or the folder. */
export const isRepositoryPath = (text: string): boolean => /^[^/:.][^/:]*(\/[^/:]+){2}\/?$/.test(text);

/** Where the API has a repository. */
export const apiPathOf = ({ owner, branch, repository }: RepositoryName): string =>
  `/api/packages/${owner}/alpine/${branch}/${repository}`;

/** The repository that a line of /etc/apk/repositories leads to; Buildkite's have words of their own in it. */
export function repositoryOfLine(line: string): RepositoryName {
  const [, owner, registry] = /^\/([^/]+)\/([^/]+)\/alpine_any\/alpine_any\/main$/.exec(line) ?? [];
  return parseRepositoryPath(owner === undefined ? line : `${owner}/alpine_any/${registry}`);
}
