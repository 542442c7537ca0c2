import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';

export interface RawAnswer {
  /** 0 when the connection ended without an answer. */
  status: number;
  head: string;
  body: string;
}

/** Opens a connection to the server of a URL, with TLS for https. */
export async function connectTo(url: string): Promise<Socket> {
  const { protocol, hostname: host, port } = new URL(url);
  const isSecure = protocol === 'https:';
  const socket = isSecure
    ? connectSecurely({ host, port: Number(port || 443), servername: host })
    : connect({ host, port: Number(port || 80) });
  await once(socket, isSecure ? 'secureConnect' : 'connect');
  return socket;
}

/**
 * Sends bytes as they are, which no HTTP library does, and reads until the server ends the connection.
 * @throws Error when it does not end it within 10 seconds
 */
export async function sendRaw(url: string, request: string | Uint8Array): Promise<RawAnswer> {
  const socket = await connectTo(url);
  return new Promise((resolve, reject) => {
    let received = '';
    socket.setTimeout(10_000, () => socket.destroy(new Error(`left hanging after: ${received}`)));
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
    });
    // A reset after the answer is an end, too.
    socket.on('error', (error) => (received === '' ? reject(error) : undefined));
    socket.on('close', () => resolve(answerIn(received)));
    socket.write(request);
  });
}

/** A request for exactly this path; the server is asked to end the connection after its answer. */
export const rawRequest = (
  url: string,
  method: string,
  path: string,
  headers: Record<string, string> = {},
): string =>
  [
    `${method} ${path} HTTP/1.1`,
    ...Object.entries({ Host: new URL(url).host, Connection: 'close', ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    ),
    '\r\n',
  ].join('\r\n');

function answerIn(received: string): RawAnswer {
  const [head = '', ...rest] = received.split('\r\n\r\n');
  const status = /^HTTP\/1\.1 (?<status>\d{3})/.exec(head)?.groups?.status;
  return { status: Number(status ?? 0), head, body: rest.join('\r\n\r\n') };
}
