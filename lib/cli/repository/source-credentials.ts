import { bearer } from '../connection.ts';
import { defaultUrl } from '../registry-address.ts';

/** What a host is sent whose URL says no user. */
type CredentialsFor = (url: URL) => string | undefined;

/** The token that was given, or that of the settings: which is for the registry of the settings alone. */
export const tokenFor =
  (given: string | undefined, environment: NodeJS.ProcessEnv): CredentialsFor =>
  ({ origin }) => {
    if (given !== undefined) return bearer(given);
    const token = environment.ALPENGLOW_TOKEN;
    const registry = defaultUrl(environment);
    const isRegistry = URL.canParse(registry) && new URL(registry).origin === origin;
    return token && isRegistry ? bearer(token) : undefined;
  };

/** The token that was given for what is imported from. */
export const sourceTokenFor =
  (given: string | undefined, { ALPENGLOW_SOURCE_TOKEN }: NodeJS.ProcessEnv): CredentialsFor =>
  () => {
    const token = given ?? (ALPENGLOW_SOURCE_TOKEN || undefined);
    return token === undefined ? undefined : bearer(token);
  };
