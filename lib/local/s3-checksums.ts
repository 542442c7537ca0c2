import type { Checksums, Digests } from './object-file.ts';
import { S3Error } from './s3-error.ts';
import { element } from './xml.ts';

type Algorithm = keyof Checksums;

export const ALGORITHMS: readonly Algorithm[] = ['sha256', 'crc32'];

/**
 * The algorithm that a request asks S3 to calculate a checksum by.
 * @throws S3Error `NotImplemented`
 */
export function askedAlgorithm(headers: Headers): Algorithm | undefined {
  const asked = headers.get('x-amz-checksum-algorithm')?.toLowerCase();
  const algorithm = ALGORITHMS.find((each) => each === asked);
  if (asked !== undefined && !algorithm)
    throw new S3Error('NotImplemented', `Checksums of type ${asked} are not implemented here`);
  return algorithm;
}

export const algorithmsIn = (checksums: Checksums): Algorithm[] =>
  ALGORITHMS.filter((algorithm) => checksums[algorithm] !== undefined);

export const checksumsOf = (digests: Digests, algorithms: readonly Algorithm[]): Checksums =>
  Object.fromEntries(algorithms.map((algorithm) => [algorithm, digests[algorithm].toString('base64')]));

/**
 * The checksums of an object as headers. One that was made from those of parts ends in their number.
 * Source: S3 User Guide, "Checking object integrity for data uploads".
 */
export function checksumHeaders(checksums: Checksums): Record<string, string> {
  const named = Object.entries(checksums);
  const type = named.some(([, value]) => value.includes('-')) ? 'COMPOSITE' : 'FULL_OBJECT';
  return {
    ...Object.fromEntries(named.map(([name, value]) => [`x-amz-checksum-${name}`, value])),
    ...(named.length > 0 && { 'x-amz-checksum-type': type }),
  };
}

/** The same as XML. */
export const checksumElements = (checksums: Checksums): string[] =>
  Object.entries(checksums).map(([name, value]) => element(`Checksum${name.toUpperCase()}`, value));
