import { readForm, type UploadForm } from './form-data.ts';
import type { ObjectMetadata } from './object-file.ts';
import { checkPolicy, type SizeRange } from './post-policy.ts';
import { xmlAnswer } from './s3-answer.ts';
import { checkAccessKeyId, checkSignature } from './s3-authentication.ts';
import { S3Error } from './s3-error.ts';
import { verifyChecksums } from './s3-payload.ts';
import { readProperties } from './s3-properties.ts';
import { checkKey, type ObjectRequest } from './s3-request.ts';
import { type Credentials, parseCredential, textSignature } from './signature-v4.ts';
import { element } from './xml.ts';

/** Whether a request sends a form to a bucket; it is signed by what is in the form. */
export function isPostForm({ method, url }: Request): boolean {
  const { pathname, search } = new URL(url);
  return method === 'POST' && search === '' && /^\/[^/]+\/?$/.test(pathname);
}

/**
 * Stores the file of a form.
 * Source: Amazon S3 API Reference, "POST Object", "Authenticating Requests: Browser-Based Uploads Using POST".
 */
export async function postObject(object: ObjectRequest, presigning: Credentials): Promise<Response> {
  const { bucket, request } = object;
  const form = await readForm(request.headers.get('content-type') ?? '', request.body ?? emptyBody());
  try {
    const fields = new Map(form.fields).set('bucket', bucket);
    verifyForm(fields, presigning);
    const range = checkPolicy(fields.get('policy') ?? '', fields);
    const stored = await storeFile(object, fields, form, range);
    return answerPost(object, fields, stored);
  } finally {
    form.close();
  }
}

type Fields = ReadonlyMap<string, string>;

function verifyForm(fields: Fields, presigning: Credentials): void {
  const field = (name: string) => fields.get(name) ?? '';
  const date = field('x-amz-date');
  const credential = parseCredential(field('x-amz-credential'));
  if (field('policy') === '') throw new S3Error('AccessDenied', 'The form has no policy');
  if (field('x-amz-algorithm') !== 'AWS4-HMAC-SHA256' || credential?.scope.date !== date.slice(0, 8))
    throw new S3Error(
      'InvalidArgument',
      'x-amz-algorithm, x-amz-credential and x-amz-date must be given, and agree',
    );
  checkAccessKeyId(credential.accessKeyId, presigning.accessKeyId);
  const expected = textSignature(field('policy'), credential.scope, presigning.secretAccessKey);
  checkSignature(field('x-amz-signature'), expected);
}

async function storeFile(
  { store, bucket }: ObjectRequest,
  fields: Fields,
  { file }: UploadForm,
  range: SizeRange,
): Promise<ObjectMetadata> {
  const key = checkKey(fields.get('key') ?? '');
  if (key === '') throw new S3Error('InvalidArgument', "Bucket POST must contain a field named 'key'.");
  if (fields.has('success_action_redirect') || /\$\{filename\}/.test(key))
    throw new S3Error('NotImplemented', 'Redirects, and keys of file names, are not implemented here');
  const properties = readProperties(headersIn(fields));
  const staged = await store.stage(upTo(range.max, file));
  try {
    if (staged.size < range.min)
      throw new S3Error('EntityTooSmall', `The file has ${staged.size} bytes; ${range.min} are the least`);
    const checksums = verifyChecksums((name) => fields.get(name) ?? null, staged);
    const always = () => {};
    return await store.put(bucket, key, staged, { ...properties, checksums }, always, 'ObjectCreated:Post');
  } finally {
    await staged.discard();
  }
}

async function* upTo(max: number, file: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of file) {
    size += chunk.length;
    if (size > max) throw new S3Error('EntityTooLarge', `The file has more than ${max} bytes`);
    yield chunk;
  }
}

/** The fields that are called as the headers of a PUT. */
function headersIn(fields: Fields): Headers {
  const named = [...fields].filter(([name]) => /^(?:content-type|cache-control|x-amz-meta-.*)$/.test(name));
  try {
    return new Headers(named);
  } catch (cause) {
    throw new S3Error('InvalidArgument', `A field cannot be a header: ${(cause as Error).message}`);
  }
}

function answerPost(
  { bucket, request }: ObjectRequest,
  fields: Fields,
  { key, etag }: ObjectMetadata,
): Response {
  const location = `${new URL(request.url).origin}/${bucket}/${encodeURIComponent(key)}`;
  const headers = { etag, location };
  const status = fields.get('success_action_status');
  if (status !== '201') return new Response(null, { status: status === '200' ? 200 : 204, headers });
  const named = { Location: location, Bucket: bucket, Key: key, ETag: etag };
  const elements = Object.entries(named).map(([name, value]) => element(name, value));
  return xmlAnswer('PostResponse', elements, { status: 201, headers });
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}
