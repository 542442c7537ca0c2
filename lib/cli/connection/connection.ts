import type { RepositoryName } from '#registry/ports.ts';
import { UsageError } from '../command.ts';
import { ApiClient } from './api-client.ts';
import { type Configuration, readConfiguration } from './configuration.ts';
import { netrcAuthorization } from './netrc.ts';
import { localUrl, parseRegistryAddress } from './registry-address.ts';
import { parseRepositoryPath, repositoryOfLine } from './repository-path.ts';

/** The options of every command that needs a token. */
export const CONNECTION_OPTIONS = { url: { type: 'string' }, token: { type: 'string' } } as const;

/** What those commands say of them. */
export const CONNECTION_DETAILS = `  --url     of the registry; by default $ALPENGLOW_URL, that of the configuration, or this machine's
  --token   by default the password in the URL, $ALPENGLOW_TOKEN, that of the configuration, or what
            ~/.netrc has for the host. Others on this machine can see what is in a command line`;

export interface ConnectionFlags {
  url?: string | undefined;
  token?: string | undefined;
}

/** A registry that somebody means. */
export interface Connection {
  /** `https://host:port`. */
  origin: string;
  /** The header; `undefined` for nobody in particular. */
  authorization: string | undefined;
  /** The path of the repository line that the URL is, `/acme/v3.22/main`. */
  line: string | undefined;
  /** The one that is meant where none is said. */
  repository: RepositoryName | undefined;
}

/**
 * Flags go before the environment, that before the configuration, that before netrc. What a file keeps for one
 * host is sent to no other.
 * @throws UsageError
 */
export function readConnection(flags: ConnectionFlags, environment: NodeJS.ProcessEnv): Connection {
  const configuration = readConfiguration(environment);
  const said = flags.url ?? (environment.ALPENGLOW_URL || undefined);
  const url = said ?? configuration.url ?? localUrl(environment);
  const { origin, repository: line, authorization: inUrl } = parseRegistryAddress(url);
  const ofLine = line === undefined ? undefined : repositoryOfLine(line);
  const isSaid = said !== undefined;
  const authorization =
    bearer(flags.token) ??
    (isSaid ? inUrl : undefined) ??
    bearer(environment.ALPENGLOW_TOKEN || undefined) ??
    inUrl ??
    bearer(tokenFor(origin, configuration)) ??
    netrcAuthorization(new URL(url), environment);
  const repository =
    (isSaid ? ofLine : undefined) ??
    repositoryIn(environment.ALPENGLOW_REPOSITORY) ??
    ofLine ??
    repositoryIn(configuration.repository);
  return { origin, authorization, line, repository };
}

/**
 * The same for an argument that is a URL, `undefined` where none is said: a token of the environment is for the
 * registry of the environment.
 * @throws UsageError
 */
export const readConnectionAt = (url: string | undefined, environment: NodeJS.ProcessEnv): Connection =>
  readConnection({ url }, url === undefined ? environment : { ...environment, ALPENGLOW_TOKEN: undefined });

/**
 * The API of the registry that somebody means, asked as whoever the token is of.
 * @throws UsageError
 */
export function connect(flags: ConnectionFlags, environment: NodeJS.ProcessEnv): ApiClient {
  return clientOf(readConnection(flags, environment));
}

/** @throws UsageError without a token */
export function clientOf({ origin, authorization }: Connection): ApiClient {
  if (authorization !== undefined) return new ApiClient({ origin, authorization });
  throw new UsageError(
    'No token: set ALPENGLOW_TOKEN. That of a registry on this machine is in the file token of its data folder: export ALPENGLOW_TOKEN=$(cat .alpenglow/token)',
  );
}

const repositoryIn = (text: string | undefined): RepositoryName | undefined =>
  text ? parseRepositoryPath(text) : undefined;

/** @returns `undefined` where the token is for another registry */
function tokenFor(origin: string, { path, url, token }: Configuration): string | undefined {
  if (token === undefined) return undefined;
  if (url === undefined)
    throw new UsageError(`${path} has a token, but not the url of the registry that it is for.`);
  return parseRegistryAddress(url).origin === origin ? token : undefined;
}

/** What cannot be sent would be repeated by whoever refuses to send it. */
function bearer(token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  if (/^[\x21-\x7e]+$/.test(token)) return `Bearer ${token}`;
  throw new UsageError(
    'The token is empty, or has a space, a line end or another character in it that none has.',
  );
}
