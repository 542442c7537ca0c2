import type { ObjectMetadata } from './object-file.ts';
import { xmlAnswer } from './s3-answer.ts';
import { algorithmsIn, askedAlgorithm, checksumElements, checksumsOf } from './s3-checksums.ts';
import { isNotModified, requestedRange, writeCondition } from './s3-conditions.ts';
import { S3Error } from './s3-error.ts';
import { readProperties } from './s3-properties.ts';
import { checkBucket, decodeKey, type ObjectRequest } from './s3-request.ts';
import { element } from './xml.ts';

const PREFIX = 'x-amz-copy-source-';

/** Bytes, of what one request copies: 5 GiB. */
const MAX_COPY_BYTES = 5 * 1024 ** 3;

/** Source: Amazon S3 API Reference, "CopyObject". */
export async function copyObject(object: ObjectRequest): Promise<Response> {
  const { store, bucket, key, headers } = object;
  const condition = writeCondition(headers);
  condition(store.head(bucket, key));
  const { source, staged } = await stageCopy(object);
  try {
    const isReplaced = headers.get('x-amz-metadata-directive')?.toUpperCase() === 'REPLACE';
    const { contentType, cacheControl, userMetadata } = isReplaced ? readProperties(headers) : source;
    const asked = askedAlgorithm(headers);
    const checksums = checksumsOf(staged, asked ? [asked] : algorithmsIn(source.checksums));
    const properties = { contentType, cacheControl, userMetadata, checksums };
    const copy = await store.put(bucket, key, staged, properties, condition, 'ObjectCreated:Copy');
    return answerCopy('CopyObjectResult', copy);
  } finally {
    await staged.discard();
  }
}

/**
 * Copies what a request names as its source, from file to file. It stays the same object even when that is
 * replaced meanwhile.
 * @throws S3Error
 */
export async function stageCopy({ store, headers }: ObjectRequest) {
  const [, bucket = '', path = ''] = /^\/?([^/]+)\/(.+)$/.exec(headers.get('x-amz-copy-source') ?? '') ?? [];
  if (path.includes('?')) throw new S3Error('NotImplemented', 'A version cannot be copied here');
  checkBucket(store, bucket);
  const source = store.head(bucket, decodeKey(path));
  if (!source) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
  const conditions = [...headers]
    .filter(([name]) => name.startsWith(PREFIX))
    .map(([name, value]): [string, string] => [name.slice(PREFIX.length), value]);
  if (isNotModified(new Headers(conditions), source))
    throw new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  const range = requestedRange(headers.get(`${PREFIX}range`), source.size);
  const size = range ? range.last - range.first + 1 : source.size;
  if (size > MAX_COPY_BYTES)
    throw new S3Error('InvalidRequest', `The copy source is larger than the maximum: ${MAX_COPY_BYTES}`);
  return { source, staged: await store.stage(store.read(bucket, source, range)) };
}

export const answerCopy = (
  name: string,
  { etag, lastModified, checksums }: Pick<ObjectMetadata, 'etag' | 'lastModified' | 'checksums'>,
): Response =>
  xmlAnswer(name, [
    element('ETag', etag),
    element('LastModified', new Date(lastModified).toISOString()),
    ...checksumElements(checksums),
  ]);
