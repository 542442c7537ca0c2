import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A plain web server of a folder, as mirrors are. */
export interface WebServer {
  url: string;
  /** What was asked for, in its order. */
  requests: { path: string; authorization: string | undefined }[];
  /** The most that were under way at the same time. */
  readonly mostAtOnce: number;
  /** Answers the next requests of a path so, one after the other, and then with the file again. */
  answer(path: string, ...answers: Answer[]): void;
  /** Answers with the files alone again. */
  answerFiles(): void;
  close(): Promise<void>;
}

export async function serveFolder(folder: string): Promise<WebServer> {
  const requests: WebServer['requests'] = [];
  const answers = new Map<string, Answer[]>();
  let [underWay, mostAtOnce] = [0, 0];
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    requests.push({ path, authorization: request.headers.authorization });
    underWay += 1;
    mostAtOnce = Math.max(mostAtOnce, underWay);
    response.once('close', () => {
      underWay -= 1;
    });
    const answer = answers.get(path)?.shift();
    if (answer !== undefined) return answer(request, response);
    const body = await readFile(join(folder, path)).catch(() => undefined);
    if (body === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-length': body.length }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    get mostAtOnce() {
      return mostAtOnce;
    },
    answer: (path, ...next) => void answers.set(path, [...(answers.get(path) ?? []), ...next]),
    answerFiles: () => answers.clear(),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Sends somebody on. */
export const redirectTo =
  (location: string, status = 302): Answer =>
  (_, response) =>
    void response.writeHead(status, { location }).end();
