import { UsageError } from '../command.ts';

/** A registry, and perhaps one of its repositories. */
export interface RegistryAddress {
  /** `https://host:port`. */
  origin: string;
  /** The path of a repository line, `/acme/v3.22/main`. */
  repository: string | undefined;
  /** The user and password in the URL, as apk sends them. */
  authorization: string | undefined;
}

/** What may stand behind the host in /etc/apk/repositories; the middle one is Forgejo's, the last one Buildkite's. */
const LINES = [
  /^\/(?<owner>[^/]+)\/(?<rest>[^/]+\/[^/]+)$/,
  /^\/api\/packages\/(?<owner>[^/]+)\/alpine\/(?<rest>[^/]+\/[^/]+)$/,
  /^\/(?<owner>[^/]+)\/(?<rest>[^/]+\/alpine_any\/alpine_any\/main)$/,
];

/**
 * Reads the URL of a registry, or a line of /etc/apk/repositories.
 * @throws UsageError
 */
export function parseRegistryAddress(text: string): RegistryAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`Not a URL: ${JSON.stringify(text)}. It begins with https:// or http://.`);
  }
  const { origin, pathname, username, password } = url;
  // A user alone is whose password netrc may have.
  const authorization =
    password === ''
      ? undefined
      : basicAuthorization(decodeURIComponent(username), decodeURIComponent(password));
  return { origin, repository: repositoryIn(pathname.replace(/\/+$/, '')), authorization };
}

function repositoryIn(path: string): string | undefined {
  if (path === '') return undefined;
  for (const line of LINES) {
    const { owner, rest } = line.exec(path)?.groups ?? {};
    if (owner !== undefined) return `/${owner}/${rest}`;
  }
  throw new UsageError(
    `${JSON.stringify(path)} is no repository: say the registry alone, or the line of /etc/apk/repositories, https://HOST/OWNER/BRANCH/REPOSITORY.`,
  );
}

export const ownerOf = (repository: string): string => repository.split('/')[1] ?? '';

/** Source: RFC 7617. */
export const basicAuthorization = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** Where `alpenglow serve` listens. */
export const localUrl = ({ PORT }: NodeJS.ProcessEnv): string => `http://127.0.0.1:${PORT || 8080}`;
