import { sameSecret } from '#registry/same-secret.ts';
import { accessKeyIdOf } from './access-key.ts';
import { S3Error } from './s3-error.ts';
import {
  type Credentials,
  parseAmzDate,
  parseCredential,
  type SignedRequest,
  urlSignature,
} from './signature-v4.ts';

export interface S3Credentials {
  /** Of those who sign by header, who are believed; so it is a secret, and shown to nobody. */
  accessKeyId: string;
  /** Of presigned URLs and forms, which are shown to users, and so verified. */
  presigning: Credentials;
}

/** Seconds: seven days. */
const MAX_EXPIRY = 604_800;

/** Milliseconds that clocks may differ by. */
const MAX_SKEW = 15 * 60 * 1000;

/**
 * Finds out whether a request may be served, without its body.
 * @throws S3Error
 */
export function authenticate(request: Request, { accessKeyId, presigning }: S3Credentials): void {
  const url = new URL(request.url);
  if (!url.searchParams.has('X-Amz-Signature')) {
    checkAccessKeyId(accessKeyIdOf(request), accessKeyId);
  } else if (request.headers.has('authorization')) {
    throw new S3Error('InvalidArgument', 'Only one auth mechanism allowed');
  } else {
    verifyPresignedUrl(url, request, presigning);
  }
}

/** @throws S3Error when it is another one, or none */
export function checkAccessKeyId(given: string | undefined, expected: string): void {
  if (given === undefined) throw new S3Error('AccessDenied', 'The request is not signed');
  if (!sameSecret(given, expected))
    throw new S3Error(
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
    );
}

/** @throws S3Error when the signature is not the one that was calculated from the same */
export function checkSignature(given: string, expected: string): void {
  if (!sameSecret(given, expected))
    throw new S3Error(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided.',
    );
}

/** Source: Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters". */
function verifyPresignedUrl(url: URL, { method, headers }: Request, presigning: Credentials): void {
  const query = url.searchParams;
  const date = query.get('X-Amz-Date') ?? '';
  const credential = parseCredential(query.get('X-Amz-Credential') ?? '');
  if (query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256' || credential?.scope.date !== date.slice(0, 8)) {
    throw malformed('X-Amz-Algorithm, X-Amz-Credential and X-Amz-Date must be given, and agree');
  }
  checkAccessKeyId(credential.accessKeyId, presigning.accessKeyId);
  checkTime(date, query.get('X-Amz-Expires') ?? '');
  const signedHeaders = (query.get('X-Amz-SignedHeaders') ?? '').split(';');
  checkSignedHeaders(signedHeaders, headers);
  const signed = { method, url, headers, signedHeaders, scope: credential.scope, date };
  checkSignature(query.get('X-Amz-Signature') ?? '', signatureOf(signed, presigning));
}

function checkTime(date: string, expires: string): void {
  const from = parseAmzDate(date);
  if (Number.isNaN(from)) throw malformed('X-Amz-Date must be in the ISO8601 Long Format');
  if (!/^\d{1,9}$/.test(expires)) throw malformed('X-Amz-Expires should be a number');
  if (Number(expires) > MAX_EXPIRY) throw malformed('X-Amz-Expires must be less than a week (in seconds)');
  if (Date.now() < from - MAX_SKEW) throw new S3Error('AccessDenied', 'Request is not yet valid');
  if (Date.now() > from + Number(expires) * 1000) throw new S3Error('AccessDenied', 'Request has expired');
}

/** A header that S3 obeys must have been signed. One that was signed and left out changes the signature. */
function checkSignedHeaders(signed: readonly string[], headers: Headers): void {
  if (!signed.includes('host')) throw malformed('X-Amz-SignedHeaders must have host');
  const unsigned = [...headers.keys()].filter((name) => name.startsWith('x-amz-') && !signed.includes(name));
  if (unsigned.length > 0)
    throw new S3Error(
      'AccessDenied',
      `There were headers present in the request which were not signed: ${unsigned.join(', ')}`,
    );
}

function signatureOf(request: SignedRequest, { secretAccessKey }: Credentials): string {
  try {
    return urlSignature(request, secretAccessKey);
  } catch {
    throw new S3Error('InvalidURI', `Couldn't parse the specified URI: ${request.url.pathname}`);
  }
}

const malformed = (message: string) => new S3Error('AuthorizationQueryParametersError', message);
