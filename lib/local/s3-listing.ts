import type { ObjectMetadata } from './object-file.ts';
import { compareKeys, type ObjectStore } from './object-store.ts';
import { xmlAnswer } from './s3-answer.ts';
import { S3Error } from './s3-error.ts';
import { encodeKey } from './s3-event.ts';
import { element, parent } from './xml.ts';

const MAX_KEYS = 1000;

/** One line of a listing: an object, or the common prefix that stands for all objects under it. */
interface Entry {
  name: string;
  object?: ObjectMetadata;
}

/**
 * Answers `GET /bucket?list-type=2`.
 * Source: Amazon S3 API Reference, "ListObjectsV2".
 */
export function listObjects(store: ObjectStore, bucket: string, query: URLSearchParams): Response {
  if (query.get('list-type') !== '2')
    throw new S3Error('NotImplemented', 'Of a bucket, only ListObjectsV2 is implemented here');
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const startAfter = query.get('start-after') ?? '';
  const token = query.get('continuation-token');
  const encode = query.get('encoding-type') === 'url' ? encodeKey : (key: string) => key;
  const maxKeys = parseMaxKeys(query.get('max-keys'));

  const after = token === null ? '' : Buffer.from(token, 'base64url').toString();
  const objects = store
    .list(bucket, prefix)
    .filter(({ key }) => startAfter === '' || compareKeys(key, startAfter) > 0);
  const entries = rollUp(objects, prefix, delimiter).filter(
    ({ name }) => after === '' || compareKeys(name, after) > 0,
  );
  const page = entries.slice(0, maxKeys);
  const last = page.at(-1);
  const isTruncated = last !== undefined && page.length < entries.length;

  const fields = [
    element('Name', bucket),
    element('Prefix', encode(prefix)),
    element('KeyCount', page.length),
    element('MaxKeys', maxKeys),
    element('IsTruncated', isTruncated),
  ];
  if (delimiter) fields.push(element('Delimiter', encode(delimiter)));
  if (startAfter) fields.push(element('StartAfter', encode(startAfter)));
  if (query.get('encoding-type') === 'url') fields.push(element('EncodingType', 'url'));
  if (token !== null) fields.push(element('ContinuationToken', token));
  if (isTruncated)
    fields.push(element('NextContinuationToken', Buffer.from(last.name).toString('base64url')));
  fields.push(...page.map((entry) => describe(entry, encode)));
  return xmlAnswer('ListBucketResult', fields);
}

function parseMaxKeys(text: string | null): number {
  if (text !== null && !/^\d{1,9}$/.test(text))
    throw new S3Error('InvalidArgument', `max-keys is not a number: ${text}`);
  return Math.min(Number(text ?? MAX_KEYS), MAX_KEYS);
}

/** Replaces the objects that share a name up to the delimiter by one entry. */
function rollUp(objects: readonly ObjectMetadata[], prefix: string, delimiter: string): Entry[] {
  const entries: Entry[] = [];
  for (const object of objects) {
    const end = delimiter ? object.key.indexOf(delimiter, prefix.length) : -1;
    const name = end < 0 ? object.key : object.key.slice(0, end + delimiter.length);
    if (end < 0) entries.push({ name, object });
    else if (entries.at(-1)?.name !== name) entries.push({ name });
  }
  return entries;
}

function describe({ name, object }: Entry, encode: (key: string) => string): string {
  if (!object) return parent('CommonPrefixes', [element('Prefix', encode(name))]);
  return parent('Contents', [
    element('Key', encode(name)),
    element('LastModified', new Date(object.lastModified).toISOString()),
    element('ETag', object.etag),
    element('Size', object.size),
    element('StorageClass', 'STANDARD'),
  ]);
}
