import type { RepositoryName } from '#registry/ports.ts';
import { RegistryError } from '#registry/registry-error.ts';
import { parseRepository } from '#registry/repository-name.ts';
import { UsageError } from './command.ts';

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

/** Where the API has a repository. */
export const apiPathOf = ({ owner, branch, repository }: RepositoryName): string =>
  `/api/packages/${owner}/alpine/${branch}/${repository}`;
