import { resolve } from 'node:path';
import type { Visibility } from '#registry/readers.ts';
import { UsageError } from '../command.ts';

/** How the registry of one machine is started. */
export interface Settings {
  port: number;
  /** Absolute path. */
  data: string;
  /** `undefined` to use the one that is kept with the data, or to make one. */
  token: string | undefined;
  /** Who reads the files of owners that nothing else was said of before their first package. */
  visibility: Visibility;
}

type Flags = Partial<Record<'port' | 'data' | 'token' | 'visibility', string>>;

/**
 * Flags go before the environment.
 * @throws UsageError
 */
export function readSettings(flags: Flags, environment: NodeJS.ProcessEnv): Settings {
  return {
    port: parsePort(flags.port ?? environment.PORT ?? '8080'),
    data: resolve(flags.data ?? (environment.ALPENGLOW_DATA || '.alpenglow')),
    token: parseToken(flags.token ?? environment.ALPENGLOW_TOKEN),
    visibility: parseVisibility(flags.visibility ?? (environment.ALPENGLOW_VISIBILITY || 'public')),
  };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^[0-9]{1,5}$/.test(text) || port > 65_535) {
    throw new UsageError(`PORT (--port) is ${JSON.stringify(text)}, not a number from 0 to 65535.`);
  }
  return port;
}

function parseVisibility(text: string): Visibility {
  if (text === 'public' || text === 'private') return text;
  throw new UsageError(
    `ALPENGLOW_VISIBILITY (--visibility) is ${JSON.stringify(text)}, neither public nor private.`,
  );
}

/** It must survive a header and the password of a URL in /etc/apk/repositories. */
function parseToken(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (!/^[A-Za-z0-9._~-]{8,200}$/.test(text)) {
    throw new UsageError('ALPENGLOW_TOKEN (--token) must be 8 to 200 letters, digits and ._~-');
  }
  return text;
}
