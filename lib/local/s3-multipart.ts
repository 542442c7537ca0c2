import type { NamedPart, Part } from './chosen-parts.ts';
import {
  abortUpload,
  completeUpload,
  createUpload,
  findUpload,
  listParts,
  putPart,
} from './multipart-uploads.ts';
import { readNamedParts } from './named-parts.ts';
import { xmlAnswer } from './s3-answer.ts';
import { askedAlgorithm, checksumElements, checksumHeaders } from './s3-checksums.ts';
import { writeCondition } from './s3-conditions.ts';
import { answerCopy, stageCopy } from './s3-copy.ts';
import { S3Error } from './s3-error.ts';
import { payloadOf } from './s3-payload.ts';
import { readProperties } from './s3-properties.ts';
import type { ObjectRequest } from './s3-request.ts';
import { element, parent } from './xml.ts';

/** Source: S3 User Guide, "Amazon S3 multipart upload limits". */
const MAX_PARTS = 10_000;
const MAX_LISTED = 1000;

/** Source: Amazon S3 API Reference, "CreateMultipartUpload". */
export async function createMultipartUpload(object: ObjectRequest): Promise<Response> {
  const { bucket, key, headers } = object;
  if (headers.get('x-amz-checksum-type')?.toUpperCase() === 'FULL_OBJECT')
    throw new S3Error('NotImplemented', 'Of parts, only composite checksums are implemented here');
  const id = await createUpload(object, readProperties(headers), askedAlgorithm(headers));
  return xmlAnswer('InitiateMultipartUploadResult', [
    element('Bucket', bucket),
    element('Key', key),
    element('UploadId', id),
  ]);
}

/** Answers what is asked of an upload that there is. */
export function answerUpload(object: ObjectRequest): Promise<Response> {
  const { headers, request } = object;
  switch (request.method) {
    case 'PUT':
      return headers.has('x-amz-copy-source') ? uploadPartCopy(object) : uploadPart(object);
    case 'GET':
      return answerParts(object);
    case 'POST':
      return completeMultipartUpload(object);
    case 'DELETE':
      return abortMultipartUpload(object);
    default:
      throw new S3Error('NotImplemented', `${request.method} of an upload is not implemented here`);
  }
}

/** Source: Amazon S3 API Reference, "UploadPart". */
async function uploadPart(object: ObjectRequest): Promise<Response> {
  const target = targetOf(object);
  const number = partNumberIn(object);
  findUpload(target);
  const payload = payloadOf(object);
  const staged = await object.store.stage(payload.body);
  try {
    const { etag, checksums } = await putPart(target, number, staged, payload.verify(staged));
    return new Response(null, { headers: { etag, ...checksumHeaders(checksums) } });
  } finally {
    await staged.discard();
  }
}

/** Source: Amazon S3 API Reference, "UploadPartCopy". */
async function uploadPartCopy(object: ObjectRequest): Promise<Response> {
  const target = targetOf(object);
  const number = partNumberIn(object);
  findUpload(target);
  const { staged } = await stageCopy(object);
  try {
    return answerCopy('CopyPartResult', await putPart(target, number, staged));
  } finally {
    await staged.discard();
  }
}

/** Source: Amazon S3 API Reference, "ListParts". */
async function answerParts(object: ObjectRequest): Promise<Response> {
  const { bucket, key, query } = object;
  const target = targetOf(object);
  const after = numberIn(query, 'part-number-marker', 0);
  const max = Math.min(numberIn(query, 'max-parts', MAX_LISTED), MAX_LISTED);
  const left = listParts(target).filter(({ number }) => number > after);
  const page = left.slice(0, max);
  return xmlAnswer('ListPartsResult', [
    element('Bucket', bucket),
    element('Key', key),
    element('UploadId', target.uploadId),
    element('PartNumberMarker', after),
    element('NextPartNumberMarker', page.at(-1)?.number ?? 0),
    element('MaxParts', max),
    element('IsTruncated', page.length < left.length),
    ...page.map(describePart),
  ]);
}

/** Source: Amazon S3 API Reference, "CompleteMultipartUpload". */
async function completeMultipartUpload(object: ObjectRequest): Promise<Response> {
  const { bucket, key, headers, request } = object;
  const target = targetOf(object);
  findUpload(target);
  const named: NamedPart[] = await readNamedParts(request.body);
  const { etag, checksums } = await completeUpload(target, named, writeCondition(headers));
  return xmlAnswer('CompleteMultipartUploadResult', [
    element('Location', `${new URL(request.url).origin}${new URL(request.url).pathname}`),
    element('Bucket', bucket),
    element('Key', key),
    element('ETag', etag),
    ...checksumElements(checksums),
  ]);
}

/** Source: Amazon S3 API Reference, "AbortMultipartUpload". */
async function abortMultipartUpload(object: ObjectRequest): Promise<Response> {
  await abortUpload(targetOf(object));
  return new Response(null, { status: 204 });
}

const describePart = ({ number, etag, size, lastModified, checksums }: Part): string =>
  parent('Part', [
    element('PartNumber', number),
    element('LastModified', new Date(lastModified).toISOString()),
    element('ETag', etag),
    element('Size', size),
    ...checksumElements(checksums),
  ]);

const targetOf = (object: ObjectRequest) => ({ ...object, uploadId: object.query.get('uploadId') ?? '' });

function partNumberIn({ query }: ObjectRequest): number {
  const number = numberIn(query, 'partNumber', 0);
  if (number < 1 || number > MAX_PARTS)
    throw new S3Error(
      'InvalidArgument',
      `Part number must be an integer between 1 and ${MAX_PARTS}, inclusive`,
    );
  return number;
}

function numberIn(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name) ?? String(otherwise);
  if (!/^\d{1,9}$/.test(text)) throw new S3Error('InvalidArgument', `${name} is not a number: ${text}`);
  return Number(text);
}
