import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createApi } from '#lambdas/api/app.ts';
import { createIndexHandler } from '#lambdas/index-packages/index-handler.ts';
import { createIngestHandler } from '#lambdas/ingest-upload/ingest-handler.ts';
import { maintainInProcess } from '#local/maintenance.ts';
import { HttpsIssuers } from '#oidc/https-issuers.ts';
import { eitherCredentials } from '#registry/either-credentials.ts';
import { keepStartToken } from '#registry/keep-start-token.ts';
import { oidcCredentials } from '#registry/oidc-credentials.ts';
import { tokenCredentials } from '#registry/token-credentials.ts';
import { buildPackage } from './build-package.ts';
import { countCalls } from './count-calls.ts';
import { type Capacity, countCapacity } from './count-capacity.ts';
import { type RegistryPorts, startPorts } from './registry-ports.ts';

/** What one operation asks of AWS, once whoever does it is warm. */
export interface CountedOperation {
  name: string;
  /** Who does it: behind one request of an HTTP API, or one message of a queue. */
  by: 'api' | 'queue';
  /** How often each call is made, as `countCalls` has it. */
  calls: Record<string, number>;
  capacity: Capacity;
  /** Of the handler, with the stand-ins on loopback. */
  milliseconds: number;
}

const TOKEN = 'alp_token-of-every-right';
const REPOSITORY = '/api/packages/acme/alpine/edge/main';
const keyOf = (name: string) => `acme/edge/main/x86_64/${name}-1.0-r0.apk`;

/** Runs each operation through the handlers that are deployed, once to warm them, and counts. */
export async function countOperations(): Promise<CountedOperation[]> {
  const { ports, standIns, close } = await startPorts();
  try {
    await keepStartToken(TOKEN, ports);
    const count = counter(standIns.clients);
    const handlers = handlersOf(ports);
    const body = await buildPackage({ name: 'kept' });
    await handlers.ask(201, REPOSITORY, { method: 'PUT', body });
    await runAll('warming', handlers, async (_name, _by, work) => void (await work()));
    const counted: CountedOperation[] = [];
    await runAll('counted', handlers, async (name, by, work) => {
      counted.push({ name, by, ...(await count(work)) });
    });
    return counted;
  } finally {
    await close();
  }
}

/** `DynamoDB 3 GetItem, 1 PutItem; S3 1 PutObject`, in the order of the alphabet. */
export function describeCalls({ calls }: Pick<CountedOperation, 'calls'>): string {
  const services = new Map<string, string[]>();
  for (const [call, count] of Object.entries(calls).sort()) {
    const [service = '', operation = ''] = call.split(' ');
    services.set(service, [...(services.get(service) ?? []), `${count} ${operation}`]);
  }
  return [...services].map(([service, counts]) => `${service} ${counts.join(', ')}`).join('; ');
}

type Handlers = ReturnType<typeof handlersOf>;
type Run = (name: string, by: CountedOperation['by'], work: () => Promise<unknown>) => Promise<void>;

async function runAll(name: string, { ask, index, ingest }: Handlers, run: Run): Promise<void> {
  const file = await buildPackage({ name });
  const uploaded = await buildPackage({ name: `${name}-uploaded` });
  const publish = { method: 'PUT', body: file };
  await run('publish', 'api', () => ask(201, REPOSITORY, publish));
  await run('index update after it', 'queue', () => index(keyOf(name)));
  await run('publish again, refused', 'api', () => ask(409, REPOSITORY, publish));
  await run('delete', 'api', () => ask(204, `${REPOSITORY}/x86_64/${name}-1.0-r0.apk`, { method: 'DELETE' }));
  await run('index update after the delete', 'queue', () => index(keyOf(name)));
  let upload = { id: '', url: '', headers: {} };
  const sha256 = createHash('sha256').update(uploaded).digest('hex');
  const begin = { method: 'POST', body: JSON.stringify({ size: uploaded.length, sha256 }) };
  await run('upload, begun', 'api', async () => {
    upload = (await (await ask(201, `${REPOSITORY}/uploads`, begin)).json()) as typeof upload;
  });
  await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: uploaded });
  await run('upload, published', 'queue', () => ingest(upload.id));
}

function handlersOf(ports: RegistryPorts) {
  const jwts = oidcCredentials({ ...ports, issuers: new HttpsIssuers() });
  const api = createApi({
    ...ports,
    ...maintainInProcess(ports),
    credentials: eitherCredentials(jwts, tokenCredentials(ports)),
    trust: { ...ports, jwts },
    originSecret: 'known-to-cloudfront-alone',
    maxUploadBytes: 200_000,
  });
  const [handleChanges, handleUploads] = [createIndexHandler(ports), createIngestHandler(ports)];
  return {
    async ask(status: number, path: string, init: RequestInit): Promise<Response> {
      const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
      const response = await api.request(path, { ...init, headers });
      if (response.status !== status) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return response;
    },
    index: (key: string) => deliver(key, handleChanges),
    ingest: (key: string) => deliver(key, handleUploads),
  };
}

const FIRST_TIME = { ApproximateReceiveCount: '1' };

/** Hands the event of one object over. */
async function deliver(key: string, handle: (batch: SQSEvent) => Promise<SQSBatchResponse>): Promise<void> {
  const body = JSON.stringify({ Records: [{ s3: { object: { key } } }] });
  const { batchItemFailures } = await handle({
    Records: [{ messageId: key, body, attributes: FIRST_TIME }],
  } as SQSEvent);
  if (batchItemFailures.length > 0) throw new Error(`The event of ${key} could not be handled`);
}

function counter(clients: Parameters<typeof countCalls>[0]) {
  const [calls, capacity] = [countCalls(clients), countCapacity(clients.dynamodb)];
  return async (work: () => Promise<unknown>): Promise<Omit<CountedOperation, 'name' | 'by'>> => {
    calls.reset();
    capacity.reset();
    const begin = performance.now();
    await work();
    const milliseconds = performance.now() - begin;
    return { calls: calls.made(), capacity: capacity.used(), milliseconds };
  };
}
