import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';

export interface Listening {
  /** `http://127.0.0.1:{port}`. */
  url: string;
  port: number;
  /** Takes no more requests, lets those under way finish, and ends every connection. */
  close(): Promise<void>;
}

/** How long a request may take to finish while we close. */
const GRACE = 5_000;

/** Without a byte of a body for so long, its sender has stalled. */
const STALL = 60_000;

interface ListenOptions {
  port?: number;
  hostname?: string;
  /** Milliseconds. */
  stall?: number;
}

/**
 * Serves `fetch` over HTTP, on loopback and on a free port unless told otherwise.
 * @throws the system's error, such as EADDRINUSE
 */
export async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  options: ListenOptions = {},
): Promise<Listening> {
  // Also of those who have hung up, of whom the server knows nothing any more.
  const underWay = new Set<Promise<Response>>();
  const answer = (request: Request) => {
    const answering = Promise.resolve(fetch(request));
    underWay.add(answering);
    const forget = () => void underWay.delete(answering);
    answering.then(forget, forget);
    return answering;
  };
  // The adapter's own Request and Response would otherwise replace those of the whole process.
  const server = createAdaptorServer({ fetch: answer, overrideGlobalObjects: false }) as Server;
  const listening = await startListening(server, options);
  const close = async () => {
    await listening.close();
    const grace = new AbortController();
    await Promise.race([Promise.allSettled(underWay), pause(GRACE, undefined, { signal: grace.signal })]);
    grace.abort();
  };
  return { ...listening, close };
}

/** The same, of a Node server. */
export async function startListening(
  server: Server,
  { port = 0, hostname = '127.0.0.1', stall = STALL }: ListenOptions = {},
): Promise<Listening> {
  let closing = false;
  // Node's five minutes would cut off whoever sends a large file as fast as they can.
  server.requestTimeout = 0;
  server.on('request', (request, response) => endIfStalled(request, response, stall));
  server.on('request', (_request, response) => {
    response.on('close', () => closing && setImmediate(() => server.closeIdleConnections()));
  });
  // Who asks for leave to send a body gets it when somebody reads that, so never if it is refused.
  server.on('checkContinue', (request, response) => {
    request.once('resume', () => response.headersSent || response.writeContinue());
    server.emit('request', request, response);
  });
  server.listen(port, hostname);
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  const close = async () => {
    closing = true;
    const closed = new Promise<void>((resolve, reject) =>
      server.close((error) => (error ? reject(error) : resolve())),
    );
    server.closeIdleConnections();
    // Node counts a connection that has not sent anything yet as busy.
    const deadline = setTimeout(() => server.closeAllConnections(), GRACE);
    await closed.finally(() => clearTimeout(deadline));
  };
  return { url: `http://${hostname}:${bound}`, port: bound, close };
}

/** Source: Node.js, lib/_http_server.js, socketOnTimeout: a request is told as long as it is not complete, then its answer. */
function endIfStalled(request: IncomingMessage, response: ServerResponse, stall: number): void {
  request.setTimeout(stall, () => request.destroy());
  // Once all has come it is our turn, which may take long; if nobody listened, Node would hang up.
  response.on('timeout', () => {});
}
