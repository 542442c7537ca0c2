import { randomUUID } from 'node:crypto';
import { mkdir, rename } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import dynalite from 'dynalite';
import { sameSecret } from '#registry/same-secret.ts';
import { accessKeyIdOf } from './access-key.ts';
import { closeIteratorsOnReturn } from './closing-iterators.ts';
import { type Listening, startListening } from './listen.ts';

export interface TableOptions {
  folder: string;
  tableName: string;
  /** The only access key id that is served; signatures are not verified. */
  accessKeyId: string;
}

export interface Table {
  /** Of DynamoDB's API. */
  endpoint: string;
  close(): Promise<void>;
}

/** A table that stays CREATING longer was being made when its process was killed. */
const CREATION_TIMEOUT = 2_000;
const POLL_INTERVAL = 10;

/**
 * Starts DynamoDB's stand-in with one table, `pk` and `sk` its keys, kept in `folder`, on loopback. It has
 * neither transactions nor TTL.
 * @throws Error when the table cannot be made or read; what is in `folder` is then left as it is
 */
export async function startTable(options: TableOptions): Promise<Table> {
  const { folder, tableName } = options;
  const table = await openTable(options);
  if (table !== undefined) return table;
  // dynalite ends CREATING with a timer, so a table whose process was killed before stays so. It takes no
  // items until it is ACTIVE, so there are none; kept aside nevertheless, since nothing here may lose any.
  await rename(folder, `${folder}-unfinished-${randomUUID()}`);
  const again = await openTable(options);
  if (again === undefined) throw new Error(`The table ${tableName} in ${folder} did not become ACTIVE`);
  return again;
}

/** @returns `undefined`, and has closed everything, when the table stays CREATING */
async function openTable({ folder, tableName, accessKeyId }: TableOptions): Promise<Table | undefined> {
  const { url, close } = await startServer(folder, accessKeyId);
  const as = { endpoint: url, accessKeyId };
  try {
    await makeTable(as, tableName);
    if (await becomesActive(as, tableName)) return { endpoint: url, close };
  } catch (error) {
    await close();
    throw error;
  }
  await close();
  return undefined;
}

async function startServer(folder: string, accessKeyId: string): Promise<Listening> {
  await mkdir(dirname(folder), { recursive: true });
  closeIteratorsOnReturn();
  const server = dynalite({ path: folder, createTableMs: 0 });
  handOnKnownRequests(server, accessKeyId);
  return startListening(server);
}

/**
 * Hands a request to dynalite if it is ours: it would take anybody's, and lets the page of any site ask. And once all
 * of it is here: it ends the process when a client hangs up halfway.
 */
function handOnKnownRequests(server: Server, accessKeyId: string) {
  const [handle] = server.listeners('request') as ((request: object, response: ServerResponse) => void)[];
  server.removeAllListeners('request');
  server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    const pieces: Buffer[] = [];
    try {
      for await (const piece of request) pieces.push(piece);
    } catch {
      return;
    }
    const { method, url, headers } = request;
    if (!isOurs(headers.authorization, accessKeyId)) return refuse(response);
    handle?.call(server, Object.assign(Readable.from(pieces), { method, url, headers }), response);
  });
}

const isOurs = (authorization = '', accessKeyId: string): boolean =>
  sameSecret(accessKeyIdOf(new Request('http://table', { headers: { authorization } })) ?? '', accessKeyId);

/** Source: DynamoDB API Reference, "Common Errors". */
function refuse(response: ServerResponse): void {
  const __type = 'com.amazon.coral.service#UnrecognizedClientException';
  const message = 'The security token included in the request is invalid.';
  response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify({ __type, message }));
}

/** Makes the table if there is none. */
async function makeTable(as: Caller, tableName: string): Promise<void> {
  const created = await call(as, 'CreateTable', {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
  });
  if (!created.ok && !created.body.includes('ResourceInUseException')) {
    throw new Error(`The table ${tableName} cannot be made: ${created.body}`);
  }
}

/**
 * @returns whether it is ACTIVE; `false` only if it still says that it is CREATING after `CREATION_TIMEOUT`
 * @throws Error when it does not say, or is in another state
 */
async function becomesActive(as: Caller, tableName: string): Promise<boolean> {
  const deadline = Date.now() + CREATION_TIMEOUT;
  for (;;) {
    const { body } = await call(as, 'DescribeTable', { TableName: tableName });
    const status: unknown = JSON.parse(body).Table?.TableStatus;
    if (status === 'ACTIVE') return true;
    if (status !== 'CREATING') throw new Error(`The table ${tableName} cannot be read: ${body}`);
    if (Date.now() >= deadline) return false;
    await setTimeout(POLL_INTERVAL);
  }
}

interface Caller {
  endpoint: string;
  accessKeyId: string;
}

/** One request of DynamoDB's JSON protocol; only lib/aws may use the SDK, and nobody checks signatures here. */
async function call({ endpoint, accessKeyId }: Caller, operation: string, input: object) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      'x-amz-date': '20000101T000000Z',
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}, SignedHeaders=host, Signature=local`,
    },
    body: JSON.stringify(input),
  });
  return { ok: response.ok, body: await response.text() };
}
