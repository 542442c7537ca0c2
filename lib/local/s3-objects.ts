import { Readable } from 'node:stream';
import type { ObjectMetadata } from './object-file.ts';
import type { ByteRange } from './object-store.ts';
import { checksumHeaders } from './s3-checksums.ts';
import { isNotModified, requestedRange, writeCondition } from './s3-conditions.ts';
import { S3Error } from './s3-error.ts';
import { payloadOf } from './s3-payload.ts';
import { readProperties, userMetadataHeaders } from './s3-properties.ts';
import type { ObjectRequest } from './s3-request.ts';

/** Source: Amazon S3 API Reference, "PutObject". */
export async function putObject(object: ObjectRequest): Promise<Response> {
  const { store, bucket, key, headers } = object;
  const condition = writeCondition(headers);
  // Once more when it is stored; what need not be received is refused now.
  condition(store.head(bucket, key));
  const payload = payloadOf(object);
  const staged = await store.stage(payload.body);
  try {
    const checksums = payload.verify(staged);
    const properties = { ...readProperties(headers), checksums };
    const { etag } = await store.put(bucket, key, staged, properties, condition);
    return new Response(null, { headers: { etag, ...checksumHeaders(checksums) } });
  } finally {
    await staged.discard();
  }
}

/** Source: Amazon S3 API Reference, "GetObject" and "HeadObject". */
export function getObject({ store, bucket, key, headers, request }: ObjectRequest): Response {
  const metadata = store.head(bucket, key);
  if (!metadata) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
  if (isNotModified(headers, metadata))
    return new Response(null, { status: 304, headers: validators(metadata) });
  const range = requestedRange(headers.get('range'), metadata.size);
  const wantsChecksums = headers.get('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  const answered = {
    ...contentHeaders(metadata, range),
    // A client would compare them with the part it got.
    ...(wantsChecksums && !range ? checksumHeaders(metadata.checksums) : {}),
  };
  const body = request.method === 'HEAD' ? null : toWeb(store.read(bucket, metadata, range));
  return new Response(body, { status: range ? 206 : 200, headers: answered });
}

/** Source: Amazon S3 API Reference, "DeleteObject". */
export async function deleteObject({ store, bucket, key, headers }: ObjectRequest): Promise<Response> {
  await store.delete(bucket, key, writeCondition(headers));
  return new Response(null, { status: 204 });
}

const validators = ({ etag, lastModified, cacheControl }: ObjectMetadata): Record<string, string> => ({
  etag,
  'last-modified': new Date(lastModified).toUTCString(),
  ...(cacheControl === undefined ? {} : { 'cache-control': cacheControl }),
});

function contentHeaders(metadata: ObjectMetadata, range: ByteRange | undefined): Record<string, string> {
  const { size, contentType } = metadata;
  const part: Record<string, string> = range
    ? {
        'content-length': String(range.last - range.first + 1),
        'content-range': `bytes ${range.first}-${range.last}/${size}`,
      }
    : { 'content-length': String(size) };
  return {
    ...validators(metadata),
    ...userMetadataHeaders(metadata),
    ...part,
    'content-type': contentType,
    'accept-ranges': 'bytes',
  };
}

const toWeb = (stream: Readable) => Readable.toWeb(stream) as ReadableStream<Uint8Array>;
