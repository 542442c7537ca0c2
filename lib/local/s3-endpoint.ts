import type { ObjectStore } from './object-store.ts';
import { authenticate, type S3Credentials } from './s3-authentication.ts';
import { copyObject } from './s3-copy.ts';
import { errorResponse, S3Error } from './s3-error.ts';
import { listObjects } from './s3-listing.ts';
import { answerUpload, createMultipartUpload } from './s3-multipart.ts';
import { deleteObject, getObject, putObject } from './s3-objects.ts';
import { isPostForm, postObject } from './s3-post.ts';
import { readRequest } from './s3-request.ts';

export interface S3EndpointOptions extends S3Credentials {
  store: ObjectStore;
  /** Told of failures of our own, which the client sees as InternalError. */
  onError(error: unknown): void;
}

/**
 * S3's REST API, path-style, as far as Alpenglow uses it: PutObject, CopyObject, GetObject, HeadObject, DeleteObject,
 * ListObjectsV2, uploads in parts, for which the store needs PARTS_BUCKET, and of forms. Everything else is NotImplemented.
 *
 * Of a presigned URL or form, the signature is verified. Of a header, only who claims to have signed: listen on
 * loopback, with an access key id that is random in every run.
 * Source: Amazon S3 API Reference.
 */
export function createS3Endpoint({ store, onError, ...credentials }: S3EndpointOptions) {
  return async (request: Request): Promise<Response> => {
    try {
      if (isPostForm(request)) return await postObject(readRequest(store, request), credentials.presigning);
      authenticate(request, credentials);
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

async function route(store: ObjectStore, request: Request): Promise<Response> {
  const object = readRequest(store, request);
  const { bucket, key, query } = object;
  if (key === '' && request.method === 'GET') return listObjects(store, bucket, query);
  if (key !== '' && query.has('uploadId')) return answerUpload(object);
  if (key !== '' && query.has('uploads') && request.method === 'POST') return createMultipartUpload(object);
  const other = [...query.keys()].find((name) => !/^x-(?:id$|amz-)/i.test(name));
  if (other !== undefined)
    throw new S3Error('NotImplemented', `The parameter ${other} is not implemented here`);
  if (key === '') throw new S3Error('NotImplemented', 'Of a bucket, only ListObjectsV2 is implemented here');

  switch (request.method) {
    case 'PUT':
      return object.headers.has('x-amz-copy-source') ? copyObject(object) : putObject(object);
    case 'GET':
    case 'HEAD':
      return getObject(object);
    case 'DELETE':
      return deleteObject(object);
    default:
      throw new S3Error('NotImplemented', `${request.method} of an object is not implemented here`);
  }
}
