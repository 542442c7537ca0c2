import { PARTS_BUCKET } from './multipart-uploads.ts';
import type { ObjectStore } from './object-store.ts';
import { S3Error } from './s3-error.ts';

export interface ObjectRequest {
  store: ObjectStore;
  bucket: string;
  /** Empty when the request is about the bucket. */
  key: string;
  query: URLSearchParams;
  /** Of a presigned URL, also those that are part of its query. */
  headers: Headers;
  request: Request;
}

/** Source: S3 User Guide, "Naming Amazon S3 objects". */
const MAX_KEY_BYTES = 1024;

/**
 * What a request is about; its body is not touched.
 * @throws S3Error
 */
export function readRequest(store: ObjectStore, request: Request): ObjectRequest {
  const { pathname, searchParams: query } = new URL(request.url);
  const [, bucket = '', path = ''] = /^\/([^/]*)\/?(.*)$/.exec(pathname) ?? [];
  checkBucket(store, bucket);
  const headers = new Headers(request.headers);
  // Where SDKs put what they sign, so that it need not be sent along.
  for (const [name, value] of query) if (/^x-amz-/i.test(name)) headers.set(name, value);
  return { store, bucket, key: checkKey(decodeKey(path)), query, headers, request };
}

/** @throws S3Error when there is none that requests may be about */
export function checkBucket(store: ObjectStore, bucket: string): void {
  if (bucket === PARTS_BUCKET || !store.hasBucket(bucket))
    throw new S3Error('NoSuchBucket', `The specified bucket does not exist: ${bucket}`);
}

/** A key from a path, where S3, as in a form, takes `+` for a space; SDKs send `%2B` for a plus. */
export function decodeKey(path: string): string {
  try {
    return decodeURIComponent(path.replaceAll('+', ' '));
  } catch {
    throw new S3Error('InvalidURI', `Couldn't parse the specified URI: ${path}`);
  }
}

/** @throws S3Error when it is too long */
export function checkKey(key: string): string {
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw new S3Error('KeyTooLongError', 'Your key is too long');
  return key;
}
