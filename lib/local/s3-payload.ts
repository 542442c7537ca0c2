import { decodeAwsChunked } from './aws-chunked.ts';
import type { Checksums, Digests } from './object-file.ts';
import { ALGORITHMS } from './s3-checksums.ts';
import { S3Error } from './s3-error.ts';
import type { ObjectRequest } from './s3-request.ts';

const OTHER_ALGORITHMS = ['crc32c', 'crc64nvme', 'sha1'];

export interface Payload {
  body: AsyncIterable<Uint8Array>;
  /** To be called when `body` has been read: compares it with every checksum of the request. */
  verify(received: Digests): Checksums;
}

/**
 * The body of a PUT. Checksums are taken from headers and trailing headers.
 * Source: S3 User Guide, "Checking object integrity for data uploads".
 */
export function payloadOf({ headers, request }: Pick<ObjectRequest, 'headers' | 'request'>): Payload {
  const trailers = new Headers();
  const sent = (name: string) => headers.get(name) ?? trailers.get(name);
  const chunked = headers.get('x-amz-content-sha256')?.startsWith('STREAMING-') ?? false;
  const length = headers.get(chunked ? 'x-amz-decoded-content-length' : 'content-length');
  if (length === null)
    throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  const raw = receive(request.body);
  const verify = (received: Digests): Checksums => {
    if (received.size !== Number(length)) {
      throw new S3Error('IncompleteBody', `The body has ${received.size} bytes; ${length} were announced`);
    }
    verifyWholeBody(headers, received);
    return verifyChecksums(sent, received);
  };
  return { body: chunked ? decodeAwsChunked(raw, trailers) : raw, verify };
}

/** A client that hangs up in the middle is nobody's fault here. @throws S3Error */
async function* receive(body: AsyncIterable<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  try {
    yield* body;
  } catch (error) {
    throw new S3Error('IncompleteBody', `The body was cut off: ${(error as Error).message}`);
  }
}

function verifyWholeBody(headers: Headers, received: Digests) {
  const md5 = headers.get('content-md5');
  if (md5 !== null && Buffer.from(md5, 'base64').length !== 16) {
    throw new S3Error('InvalidDigest', `The Content-MD5 you specified is not valid: ${md5}`);
  }
  if (md5 !== null && Buffer.from(md5, 'base64').toString('hex') !== received.md5) {
    throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  const signed = headers.get('x-amz-content-sha256') ?? '';
  if (/^[0-9a-f]{64}$/.test(signed) && signed !== received.sha256.toString('hex')) {
    throw new S3Error(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match.",
    );
  }
}

/**
 * Compares what was received with every checksum that was sent.
 * @throws S3Error
 */
export function verifyChecksums(sent: (header: string) => string | null, received: Digests): Checksums {
  const checksums: Checksums = {};
  for (const algorithm of ALGORITHMS) {
    const checksum = sent(`x-amz-checksum-${algorithm}`);
    if (checksum === null) continue;
    if (checksum !== received[algorithm].toString('base64')) {
      throw new S3Error(
        'BadDigest',
        `The ${algorithm.toUpperCase()} you specified did not match what we received.`,
      );
    }
    checksums[algorithm] = checksum;
  }
  const other = OTHER_ALGORITHMS.find((algorithm) => sent(`x-amz-checksum-${algorithm}`) !== null);
  if (other) throw new S3Error('NotImplemented', `Checksums of type ${other} are not implemented here`);
  return checksums;
}
