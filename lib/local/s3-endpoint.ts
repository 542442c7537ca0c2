import { sameSecret } from '#registry/same-secret.ts';
import { accessKeyIdOf } from './access-key.ts';
import type { ObjectStore } from './object-store.ts';
import { errorResponse, S3Error } from './s3-error.ts';
import { listObjects } from './s3-listing.ts';
import { deleteObject, getObject, putObject } from './s3-objects.ts';

export interface S3EndpointOptions {
  store: ObjectStore;
  /** The only access key id that is served. */
  accessKeyId: string;
  /** Told of failures of our own, which the client sees as InternalError. */
  onError(error: unknown): void;
}

export interface ObjectRequest {
  store: ObjectStore;
  bucket: string;
  key: string;
  request: Request;
}

/** Source: S3 User Guide, "Naming Amazon S3 objects". */
const MAX_KEY_BYTES = 1024;

/**
 * S3's REST API, path-style, as far as Alpenglow uses it: PutObject, GetObject, HeadObject, DeleteObject,
 * ListObjectsV2. Everything else is NotImplemented.
 *
 * Signatures are not verified, only who claims to have signed: listen on loopback, with an access key id
 * that is random in every run. So of a presigned URL, only its expiry and its checksum bind the client.
 * Source: Amazon S3 API Reference.
 */
export function createS3Endpoint({ store, accessKeyId, onError }: S3EndpointOptions) {
  return async (request: Request): Promise<Response> => {
    try {
      authenticate(request, accessKeyId);
      return await route(store, request);
    } catch (error) {
      if (error instanceof S3Error) return errorResponse(error);
      onError(error);
      return errorResponse(
        new S3Error('InternalError', 'We encountered an internal error. Please try again.'),
      );
    }
  };
}

function authenticate(request: Request, accessKeyId: string) {
  const id = accessKeyIdOf(request);
  if (id === undefined) throw new S3Error('AccessDenied', 'The request is not signed');
  if (!sameSecret(id, accessKeyId))
    throw new S3Error(
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
    );
  const query = new URL(request.url).searchParams;
  if (query.has('X-Amz-Credential') && !(presignedUntil(query) > Date.now())) {
    throw new S3Error('AccessDenied', 'Request has expired');
  }
}

/** Epoch milliseconds; NaN when the query does not say. */
function presignedUntil(query: URLSearchParams): number {
  const date = (query.get('X-Amz-Date') ?? '').replace(
    /^(....)(..)(..)T(..)(..)(..)Z$/,
    '$1-$2-$3T$4:$5:$6Z',
  );
  return Date.parse(date) + Number(query.get('X-Amz-Expires') ?? Number.NaN) * 1000;
}

async function route(store: ObjectStore, request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const [, bucket = '', path = ''] = /^\/([^/]*)\/?(.*)$/.exec(pathname) ?? [];
  if (!store.hasBucket(bucket))
    throw new S3Error('NoSuchBucket', `The specified bucket does not exist: ${bucket}`);
  if (path === '' && request.method === 'GET') return listObjects(store, bucket, searchParams);
  const other = [...searchParams.keys()].find((name) => !/^x-(?:id$|amz-)/i.test(name));
  if (other !== undefined)
    throw new S3Error('NotImplemented', `The parameter ${other} is not implemented here`);

  const object = { store, bucket, key: decodeKey(path), request };
  switch (request.method) {
    case 'PUT':
      return putObject(object);
    case 'GET':
    case 'HEAD':
      return getObject(object);
    case 'DELETE':
      return deleteObject(object);
    default:
      throw new S3Error('NotImplemented', `${request.method} of an object is not implemented here`);
  }
}

/** A key from a path, where S3, as in a form, takes `+` for a space; SDKs send `%2B` for a plus. */
function decodeKey(path: string): string {
  let key: string;
  try {
    key = decodeURIComponent(path.replaceAll('+', ' '));
  } catch {
    throw new S3Error('InvalidURI', `Couldn't parse the specified URI: ${path}`);
  }
  if (key === '') throw new S3Error('NotImplemented', 'Of a bucket, only ListObjectsV2 is implemented here');
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw new S3Error('KeyTooLongError', 'Your key is too long');
  return key;
}
