import { resolve } from 'node:path';
import { UsageError } from './command.ts';

/** How the registry of one machine is started. */
export interface Settings {
  port: number;
  /** Absolute path. */
  data: string;
  /** `undefined` to use the one that is kept with the data, or to make one. */
  token: string | undefined;
}

type Flags = Partial<Record<'port' | 'data' | 'token' | 'visibility', string>>;

/**
 * Flags go before the environment.
 * @throws UsageError
 */
export function readSettings(flags: Flags, environment: NodeJS.ProcessEnv): Settings {
  const visibility = flags.visibility ?? (environment.ALPENGLOW_VISIBILITY || 'public');
  if (visibility !== 'public') {
    throw new UsageError(
      `ALPENGLOW_VISIBILITY (--visibility) is ${JSON.stringify(visibility)}; this release serves public repositories only.`,
    );
  }
  return {
    port: parsePort(flags.port ?? environment.PORT ?? '8080'),
    data: resolve(flags.data ?? (environment.ALPENGLOW_DATA || '.alpenglow')),
    token: parseToken(flags.token ?? environment.ALPENGLOW_TOKEN),
  };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^[0-9]{1,5}$/.test(text) || port > 65_535) {
    throw new UsageError(`PORT (--port) is ${JSON.stringify(text)}, not a number from 0 to 65535.`);
  }
  return port;
}

/** It must survive a header and the password of a URL in /etc/apk/repositories. */
function parseToken(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (!/^[A-Za-z0-9._~-]{8,200}$/.test(text)) {
    throw new UsageError('ALPENGLOW_TOKEN (--token) must be 8 to 200 letters, digits and ._~-');
  }
  return text;
}
