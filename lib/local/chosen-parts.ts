import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type Checksums, crc32Bytes, type ObjectMetadata } from './object-file.ts';
import { algorithmsIn } from './s3-checksums.ts';
import { S3Error } from './s3-error.ts';

/** Source: S3 User Guide, "Amazon S3 multipart upload limits". */
const MIN_PART_BYTES = 5 * 1024 * 1024;

export interface Part extends Pick<ObjectMetadata, 'etag' | 'size' | 'lastModified' | 'checksums'> {
  number: number;
}

/** What whoever completes an upload says of a part. */
export type NamedPart = Pick<Part, 'number' | 'etag' | 'checksums'>;

/**
 * The stored parts that somebody names.
 * @throws S3Error
 */
export function chooseParts(named: readonly NamedPart[], stored: readonly Part[]): Part[] {
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  const parts = named.map(({ number, etag, checksums }, index) => {
    if (number <= (named[index - 1]?.number ?? 0))
      throw new S3Error('InvalidPartOrder', 'The list of parts was not in ascending order.');
    const part = byNumber.get(number);
    const isSame =
      part?.etag === etag &&
      algorithmsIn(checksums).every((name) => checksums[name] === part.checksums[name]);
    if (!part || !isSame)
      throw new S3Error(
        'InvalidPart',
        `The part ${number} could not be found, or is another than was named.`,
      );
    return part;
  });
  const small = parts.slice(0, -1).find(({ size }) => size < MIN_PART_BYTES);
  if (small)
    throw new S3Error(
      'EntityTooSmall',
      `The part ${small.number} has ${small.size} bytes; ${MIN_PART_BYTES} are allowed`,
    );
  return parts;
}

/** Source: S3 User Guide, "Checking object integrity": of parts, the ETag is the MD5 of their MD5s. */
export function compositeEtag(parts: readonly Part[]): string {
  const digests = parts.map(({ etag }) => Buffer.from(etag.replaceAll('"', ''), 'hex'));
  return `"${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-${parts.length}"`;
}

/** Of parts, a checksum is that of their checksums. */
export function compositeChecksums(
  parts: readonly Part[],
  algorithms: readonly (keyof Checksums)[],
): Checksums {
  const digest = (algorithm: keyof Checksums) =>
    DIGEST[algorithm](
      Buffer.concat(parts.map(({ checksums }) => Buffer.from(checksums[algorithm] ?? '', 'base64'))),
    );
  return Object.fromEntries(
    algorithms.map((name) => [name, `${digest(name).toString('base64')}-${parts.length}`]),
  );
}

const DIGEST: Record<keyof Checksums, (bytes: Buffer) => Buffer> = {
  sha256: (bytes) => createHash('sha256').update(bytes).digest(),
  crc32: (bytes) => crc32Bytes(crc32(bytes)),
};
