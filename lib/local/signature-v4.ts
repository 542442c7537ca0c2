import { createHash, createHmac } from 'node:crypto';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/** What a signature holds for. */
export interface CredentialScope {
  /** YYYYMMDD. */
  date: string;
  region: string;
}

export interface SignedRequest {
  method: string;
  url: URL;
  headers: Headers;
  /** Lower case, in the order in which they were signed; each is there. */
  signedHeaders: readonly string[];
  scope: CredentialScope;
  /** `YYYYMMDD'T'HHMMSS'Z'`. */
  date: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** `undefined` when it is not `{id}/{date}/{region}/s3/aws4_request`. */
export function parseCredential(credential: string) {
  const [, accessKeyId = '', date = '', region = ''] =
    /^([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request$/.exec(credential) ?? [];
  return accessKeyId === '' ? undefined : { accessKeyId, scope: { date, region } };
}

/** Epoch milliseconds of a date as `X-Amz-Date` has it; NaN when it is none. */
export const parseAmzDate = (date: string): number =>
  Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/**
 * The signature, in hex, that a presigned URL with these properties must have.
 * Source: Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)".
 * @throws URIError when the path is not UTF-8, percent-encoded
 */
export function urlSignature(request: SignedRequest, secretAccessKey: string): string {
  const { date, scope } = request;
  const canonical = sha256(canonicalRequest(request));
  const text = [ALGORITHM, date, `${scope.date}/${scope.region}/s3/aws4_request`, canonical].join('\n');
  return textSignature(text, scope, secretAccessKey);
}

/** The signature, in hex, of any text; of a form, that is its policy. */
export function textSignature(text: string, { date, region }: CredentialScope, secretAccessKey: string) {
  const key = [date, region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  return hmac(key, text).toString('hex');
}

function canonicalRequest({ method, url, headers, signedHeaders }: SignedRequest): string {
  const values = signedHeaders.map((name) => (name === 'host' ? url.host : (headers.get(name) ?? '')));
  return [
    method,
    canonicalPath(url.pathname),
    canonicalQuery(url.searchParams),
    ...signedHeaders.map((name, index) => `${name}:${values[index]?.trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    'UNSIGNED-PAYLOAD',
  ].join('\n');
}

/** Encoded anew, of the very key that is served: a `+` that nobody encoded is a space there. */
const canonicalPath = (path: string) =>
  path
    .split('/')
    .map((segment) => encode(decodeURIComponent(segment.replaceAll('+', ' '))))
    .join('/');

const canonicalQuery = (query: URLSearchParams) =>
  [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map((pair) => pair.join('='))
    .join('&');

/** Of ASCII; what `localeCompare` says depends on the machine. */
const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));

/** Everything but letters, digits, hyphen, full stop, underscore and tilde. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
