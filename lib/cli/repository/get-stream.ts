import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { UnreachableError } from '../connection/refusal.ts';
import { RepositoryFault } from './repository-fault.ts';

const MAX_REDIRECTS = 5;
/** Those that apk follows; 308 it does not. Source: apk-tools libfetch/http.c. */
const REDIRECTS = new Set([301, 302, 303, 307]);

/** How files are asked for. */
export interface StreamOptions {
  agents: Agents;
  /** Is shown to the host of the first URL alone. */
  authorization: string | undefined;
  /** Without a byte for so long, a server has stalled. */
  stallSeconds: number;
  signal?: AbortSignal | undefined;
}

export interface Agents {
  http: HttpAgent;
  https: HttpsAgent;
}

/** Connections that are used again, and ended together. */
export const makeAgents = (): Agents => ({
  http: new HttpAgent({ keepAlive: true }),
  https: new HttpsAgent({ keepAlive: true }),
});

export interface StreamedAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  /** The URL that answered, after redirects. */
  url: URL;
  /** Nothing of it is decoded, since checksums are over what is sent. */
  chunks: AsyncIterable<Uint8Array>;
  /** Ends it unread. */
  discard(): void;
}

/**
 * GETs a URL as apk does, and answers when its headers are there.
 * @throws RepositoryFault `bad-redirect`; UnreachableError; the signal's reason
 */
export async function getStream(start: URL, options: StreamOptions): Promise<StreamedAnswer> {
  let url = start;
  for (let redirects = 0; ; redirects++) {
    const authorization = url.origin === start.origin ? options.authorization : undefined;
    const response = await get(url, { ...options, authorization });
    const status = response.statusCode ?? 0;
    const discard = () => void response.destroy();
    if (!REDIRECTS.has(status)) {
      const chunks = readBody(response, url, options.signal);
      return { status, headers: response.headers, url, chunks, discard };
    }
    discard();
    if (redirects === MAX_REDIRECTS)
      throw new RepositoryFault('bad-redirect', `is redirected more than ${MAX_REDIRECTS} times`);
    url = redirectOf(response, url);
  }
}

function redirectOf({ headers: { location = '' } }: IncomingMessage, from: URL): URL {
  const url = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (url === undefined || !isWeb(url))
    throw new RepositoryFault('bad-redirect', `is redirected to ${JSON.stringify(location.slice(0, 200))}`);
  // What a server writes there are no credentials of ours.
  url.username = '';
  url.password = '';
  return url;
}

export const isWeb = ({ protocol }: URL): boolean => protocol === 'http:' || protocol === 'https:';

function get(
  url: URL,
  { agents, authorization, stallSeconds, signal }: StreamOptions,
): Promise<IncomingMessage> {
  const isSecure = url.protocol === 'https:';
  const send = isSecure ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const request = send(url, {
      agent: isSecure ? agents.https : agents.http,
      timeout: stallSeconds * 1000,
      headers: {
        'user-agent': 'alpenglow',
        'accept-encoding': 'identity',
        ...(authorization !== undefined && { authorization }),
      },
      signal,
    });
    let response: IncomingMessage | undefined;
    request.on('response', (answer) => {
      response = answer;
      resolve(answer);
    });
    request.on('timeout', () =>
      (response ?? request).destroy(new Error(`nothing came for ${stallSeconds} s`)),
    );
    request.on('error', (error) => reject(signal?.aborted ? signal.reason : unreachable(url, error)));
    request.end();
  });
}

async function* readBody(
  response: IncomingMessage,
  url: URL,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    yield* response;
  } catch (error) {
    signal?.throwIfAborted();
    throw unreachable(url, error as Error, 'was cut off');
  } finally {
    response.destroy();
  }
}

/** Without its query, which may be a secret. */
export const shownUrl = ({ origin, pathname }: URL): string => `${origin}${pathname}`;

const unreachable = (url: URL, error: Error, what = 'could not be reached') =>
  new UnreachableError(
    `${shownUrl(url)} ${what}: ${error.message || (error as NodeJS.ErrnoException).code}`,
    {
      cause: error,
    },
  );
