import { randomUUID } from 'node:crypto';
import { element, xmlDocument } from './xml.ts';

/** The error codes we answer with. Source: Amazon S3 API Reference, "Error responses". */
const STATUS = {
  AccessDenied: 403,
  AuthorizationQueryParametersError: 400,
  BadDigest: 400,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  IncompleteBody: 400,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidDigest: 400,
  InvalidPart: 400,
  InvalidPartOrder: 400,
  InvalidPolicyDocument: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidURI: 400,
  KeyTooLongError: 400,
  MalformedPOSTRequest: 400,
  MalformedXML: 400,
  MaxPostPreDataLengthExceeded: 400,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchUpload: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
  SignatureDoesNotMatch: 403,
  XAmzContentSHA256Mismatch: 400,
} as const;

export class S3Error extends Error {
  readonly code: keyof typeof STATUS;
  readonly headers: Record<string, string>;

  constructor(code: keyof typeof STATUS, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.name = 'S3Error';
    this.code = code;
    this.headers = headers;
  }
}

export function errorResponse({ code, message, headers }: S3Error): Response {
  const requestId = randomUUID();
  const fields = [element('Code', code), element('Message', message), element('RequestId', requestId)];
  return new Response(xmlDocument('Error', fields), {
    status: STATUS[code],
    headers: { ...headers, 'content-type': 'application/xml', 'x-amz-request-id': requestId },
  });
}
