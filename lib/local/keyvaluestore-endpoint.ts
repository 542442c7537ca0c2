import * as z from 'zod';
import { sameSecret } from '#registry/same-secret.ts';
import { accessKeyIdOf } from './access-key.ts';
import { type Changes, changed, type KeyValueStore } from './key-value-store.ts';

export interface KeyValueStoreEndpointOptions {
  store: KeyValueStore;
  /** What it is known as. */
  arn: string;
  /** The only access key id that is served. */
  accessKeyId: string;
  /** Told of failures of our own, which the client sees as InternalServerException. */
  onError(error: unknown): void;
}

/** Source: CloudFront Developer Guide, "Quotas on key value stores", "File format for key-value pairs". */
const MAX_KEY = 512;
const MAX_VALUE = 1024;
const MAX_KEYS_OF_UPDATE = 50;
const MAX_BYTES = 5 * 1024 * 1024;

const MAX_PAGE = 50;

const updateRequest = z.object({
  Puts: z
    .array(z.object({ Key: z.string().min(1).max(MAX_KEY), Value: z.string().max(MAX_VALUE) }))
    .default([]),
  Deletes: z.array(z.object({ Key: z.string().min(1) })).default([]),
});

const STATUS = {
  ValidationException: 400,
  ServiceQuotaExceededException: 402,
  AccessDeniedException: 403,
  ResourceNotFoundException: 404,
  ConflictException: 409,
  InternalServerException: 500,
};

class KeyValueStoreError extends Error {
  readonly type: keyof typeof STATUS;
  constructor(type: keyof typeof STATUS, message: string) {
    super(message);
    this.type = type;
  }
}

/**
 * CloudFront KeyValueStore's DescribeKeyValueStore, ListKeys and UpdateKeys. As with S3, signatures of requests
 * are not verified, only the access key id.
 * Source: Amazon CloudFront API Reference, "Amazon CloudFront KeyValueStore".
 */
export function createKeyValueStoreEndpoint({
  store,
  arn,
  accessKeyId,
  onError,
}: KeyValueStoreEndpointOptions) {
  const path = `/key-value-stores/${encodeURIComponent(arn)}`;
  return async (request: Request): Promise<Response> => {
    try {
      if (!sameSecret(accessKeyIdOf(request) ?? '', accessKeyId)) {
        throw new KeyValueStoreError('AccessDeniedException', 'The security token is invalid.');
      }
      const { pathname, searchParams } = new URL(request.url);
      switch (`${request.method} ${pathname}`) {
        case `GET ${path}`:
          return reply({ KvsARN: arn, Created: 0, Status: 'READY', ...totals(store.pairs) }, store.version);
        case `GET ${path}/keys`:
          return reply(page(store.pairs, searchParams));
        case `POST ${path}/keys`:
          await update(store, request.headers.get('if-match') ?? '', parse(await request.text()));
          return reply(totals(store.pairs), store.version);
        default:
          throw new KeyValueStoreError('ResourceNotFoundException', `There is no ${pathname} here.`);
      }
    } catch (error) {
      return refuse(error, onError);
    }
  };
}

const reply = (body: object, etag?: string) =>
  Response.json(body, { headers: etag === undefined ? {} : { etag } });

function refuse(error: unknown, onError: (error: unknown) => void): Response {
  const isOurs = !(error instanceof KeyValueStoreError);
  if (isOurs) onError(error);
  const { type, message } = isOurs
    ? { type: 'InternalServerException' as const, message: 'The request failed; try again.' }
    : error;
  return Response.json({ Message: message }, { status: STATUS[type], headers: { 'x-amzn-errortype': type } });
}

const totals = (pairs: ReadonlyMap<string, string>) => ({
  ItemCount: pairs.size,
  TotalSizeInBytes: [...pairs].reduce((sum, pair) => sum + Buffer.byteLength(pair.join('')), 0),
});

/** The pairs after the key that the token is. */
function page(pairs: ReadonlyMap<string, string>, query: URLSearchParams): object {
  const after = query.get('NextToken') ?? '';
  const size = Math.min(Number(query.get('MaxResults') ?? MAX_PAGE), MAX_PAGE);
  const rest = [...pairs].filter(([key]) => key > after);
  const Items = rest.slice(0, size).map(([Key, Value]) => ({ Key, Value }));
  return { Items, ...(rest.length > size && { NextToken: Items.at(-1)?.Key }) };
}

function parse(body: string): Changes {
  const parsed = updateRequest.safeParse(JSON.parse(body));
  if (!parsed.success) throw new KeyValueStoreError('ValidationException', z.prettifyError(parsed.error));
  const { Puts, Deletes } = parsed.data;
  const changes = new Map<string, string | undefined>();
  for (const { Key, Value } of Puts) changes.set(Key, Value);
  for (const { Key } of Deletes) changes.set(Key, undefined);
  const keys = Puts.length + Deletes.length;
  if (keys > MAX_KEYS_OF_UPDATE || keys === 0 || keys !== changes.size) {
    throw new KeyValueStoreError(
      'ValidationException',
      `An update has 1 to ${MAX_KEYS_OF_UPDATE} keys, each once; not ${keys}.`,
    );
  }
  return changes;
}

async function update(store: KeyValueStore, version: string, changes: Changes): Promise<void> {
  for (const [key, value] of changes) {
    if (value === undefined && !store.pairs.has(key)) {
      throw new KeyValueStoreError('ResourceNotFoundException', `There is no key ${key}.`);
    }
  }
  if (totals(changed(store.pairs, changes)).TotalSizeInBytes > MAX_BYTES) {
    throw new KeyValueStoreError('ServiceQuotaExceededException', `The store takes ${MAX_BYTES} bytes.`);
  }
  if (await store.update(version, changes)) return;
  throw new KeyValueStoreError('ConflictException', `${version} is not the version of the store.`);
}
