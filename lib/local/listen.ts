import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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

/**
 * Serves `fetch` over HTTP, on loopback and on a free port unless told otherwise.
 * @throws the system's error, such as EADDRINUSE
 */
export async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  { port = 0, hostname = '127.0.0.1' }: { port?: number; hostname?: string } = {},
): Promise<Listening> {
  // The adapter's own Request and Response would otherwise replace those of the whole process.
  const server = createAdaptorServer({ fetch, overrideGlobalObjects: false }) as Server;
  return startListening(server, port, hostname);
}

/** The same, of a Node server. */
export async function startListening(server: Server, port = 0, hostname = '127.0.0.1'): Promise<Listening> {
  let closing = false;
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
