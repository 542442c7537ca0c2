import type { ObjectMetadata } from './object-file.ts';
import type { ByteRange, WriteCondition } from './object-store.ts';
import { S3Error } from './s3-error.ts';

const bare = (etag: string) => etag.trim().replace(/^(?:W\/)?"(.*)"$/, '$1');

/** Whether an `If-Match` or `If-None-Match` header names this ETag; S3 takes it without quotes too. */
const names = (header: string, etag: string) =>
  header.trim() === '*' || header.split(',').some((listed) => bare(listed) === bare(etag));

const failed = () =>
  new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
const missing = () => new S3Error('NoSuchKey', 'The specified key does not exist.');

/**
 * What a PUT or DELETE asks of the object it replaces. Writes of one key wait for each other here, so nothing
 * is ever answered 409 ConditionalRequestConflict, as S3 may.
 * Source: S3 User Guide, "How to prevent object overwrites with conditional writes" and "conditional deletes".
 */
export function writeCondition(headers: Headers): WriteCondition {
  const ifMatch = headers.get('if-match');
  const ifNoneMatch = headers.get('if-none-match');
  if (ifNoneMatch !== null && ifNoneMatch.trim() !== '*') {
    throw new S3Error('NotImplemented', `If-None-Match of a write can only be *, not ${ifNoneMatch}`);
  }
  return (current) => {
    if (ifNoneMatch !== null && current) throw failed();
    if (ifMatch !== null && !current) throw missing();
    if (ifMatch !== null && current && !names(ifMatch, current.etag)) throw failed();
  };
}

/**
 * Whether the reader already has this object. Source: RFC 9110, 13.2.2, "Precedence of Preconditions".
 * @throws S3Error `PreconditionFailed`
 */
export function isNotModified(headers: Headers, { etag, lastModified }: ObjectMetadata): boolean {
  const ifMatch = headers.get('if-match');
  const ifNoneMatch = headers.get('if-none-match');
  const modifiedAfter = (date: string | null) =>
    !date || !(seconds(lastModified) <= seconds(Date.parse(date)));
  if (ifMatch !== null && !names(ifMatch, etag)) throw failed();
  const unmodifiedSince = headers.get('if-unmodified-since');
  if (ifMatch === null && unmodifiedSince && modifiedAfter(unmodifiedSince)) throw failed();
  if (ifNoneMatch !== null) return names(ifNoneMatch, etag);
  return !modifiedAfter(headers.get('if-modified-since'));
}

/** HTTP dates have no smaller unit. */
const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000);

/**
 * The part a `Range` header asks for; `undefined` for all of it, which is also what S3 answers to several
 * ranges and to a header it cannot read.
 * @throws S3Error `InvalidRange`
 */
export function requestedRange(header: string | null, size: number): ByteRange | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  const first = from === '' ? Math.max(size - Number(to), 0) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (first >= size || first > last) {
    throw new S3Error('InvalidRange', 'The requested range is not satisfiable', {
      'content-range': `bytes */${size}`,
    });
  }
  return { first, last };
}
