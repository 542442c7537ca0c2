import type { RepositoryName } from '#registry/ports.ts';
import { UsageError } from '../command.ts';
import { type Connection, type ConnectionFlags, readConnection, readConnectionAt } from './connection.ts';
import { parseRepositoryPath } from './repository-path.ts';

/** A repository, and how to reach it. */
export interface Place {
  connection: Connection;
  repository: RepositoryName;
}

/**
 * Reads `OWNER/BRANCH/REPOSITORY`, or the line of /etc/apk/repositories; without either, the repository is meant
 * that the URL, the environment or the configuration names.
 * @throws UsageError
 */
export function readPlace(
  text: string | undefined,
  flags: ConnectionFlags,
  environment: NodeJS.ProcessEnv,
): Place {
  const isUrl = text !== undefined && /^https?:\/\//.test(text);
  if (isUrl && flags.url !== undefined)
    throw new UsageError('Say the URL once: --url, or the line of the repository.');
  const connection =
    isUrl && flags.token === undefined
      ? readConnectionAt(text, environment)
      : readConnection(isUrl ? { ...flags, url: text } : flags, environment);
  const repository = text === undefined || isUrl ? connection.repository : parseRepositoryPath(text);
  if (repository !== undefined && !(isUrl && connection.line === undefined))
    return { connection, repository };
  throw new UsageError('Which repository? Say OWNER/BRANCH/REPOSITORY, or set ALPENGLOW_REPOSITORY.');
}
