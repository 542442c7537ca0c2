import { ApiClient } from './api-client.ts';
import { UsageError } from './command.ts';
import { defaultUrl, parseRegistryAddress } from './registry-address.ts';

/** The options of every command that needs a token. */
export const CONNECTION_OPTIONS = { url: { type: 'string' }, token: { type: 'string' } } as const;

/** What those commands say of them. */
export const CONNECTION_DETAILS = `  --url     of the registry; by default $ALPENGLOW_URL, or this machine's
  --token   by default the password in the URL, or $ALPENGLOW_TOKEN. Others on this machine can
            see what is in a command line, but not in the environment`;

interface ConnectionFlags {
  url?: string | undefined;
  token?: string | undefined;
}

/**
 * The registry that somebody means, asked as whoever the token is of.
 * @throws UsageError
 */
export function connect({ url, token: given }: ConnectionFlags, environment: NodeJS.ProcessEnv): ApiClient {
  const { origin, authorization } = parseRegistryAddress(url ?? defaultUrl(environment));
  const token = given ?? (authorization === undefined ? environment.ALPENGLOW_TOKEN || undefined : undefined);
  const credentials = token === undefined ? authorization : bearer(token);
  if (credentials !== undefined) return new ApiClient({ origin, authorization: credentials });
  throw new UsageError(
    'No token: set ALPENGLOW_TOKEN. That of a registry on this machine is in the file token of its data folder: export ALPENGLOW_TOKEN=$(cat .alpenglow/token)',
  );
}

/** What cannot be sent would be repeated by whoever refuses to send it. */
export function bearer(token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return `Bearer ${token}`;
  throw new UsageError(
    'The token is empty, or has a space, a line end or another character in it that none has.',
  );
}
