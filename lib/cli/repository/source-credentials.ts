import { type Connection, readConnection } from '../connection/connection.ts';

interface KnownCredentials {
  /** Given for the repository itself. */
  token: string | undefined;
  /** Whose token is not shown to any other host. */
  registry: Connection;
}

/** What the host of a repository is sent whose URL says no password. @throws UsageError */
export const credentialsFor =
  ({ token, registry }: KnownCredentials, environment: NodeJS.ProcessEnv) =>
  ({ origin, username }: URL): string | undefined => {
    if (token === undefined && origin === registry.origin) return registry.authorization;
    const url = Object.assign(new URL(origin), { username }).href;
    return readConnection({ url, token }, { ...environment, ALPENGLOW_TOKEN: undefined }).authorization;
  };
