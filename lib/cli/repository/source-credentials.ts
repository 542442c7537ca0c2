import { bearer } from '../connection.ts';
import { defaultUrl } from '../registry-address.ts';

/**
 * What a host is sent whose URL says no user: the token that was given for it, or that of the settings, which is
 * for the registry of the settings alone.
 */
export const tokenFor =
  (given: string | undefined, environment: NodeJS.ProcessEnv) =>
  (url: URL): string | undefined => {
    if (given !== undefined) return bearer(given);
    const token = environment.ALPENGLOW_TOKEN;
    const registry = defaultUrl(environment);
    if (!token || !URL.canParse(registry) || new URL(registry).origin !== url.origin) return undefined;
    return bearer(token);
  };
