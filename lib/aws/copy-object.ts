import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { NewObject, Precondition } from '#registry/ports.ts';
import type { StagedFile } from '#registry/uploads.ts';
import { writeHeld } from './s3-errors.ts';

/** Above it, S3 copies in parts. Source: Amazon S3 User Guide, "Copying, moving, and renaming objects". */
const MAX_COPY_BYTES = 5 * 1024 ** 3;
const PART_BYTES = 1024 ** 3;
const PARTS_AT_ONCE = 4;

export interface Copy {
  to: { Bucket: string; Key: string };
  from: StagedFile;
  object: Omit<NewObject, 'body'>;
  only: Precondition;
}

/** The object's SHA-256 in hex, since S3 has no such checksum of what was stored in parts. */
export const SHA256_METADATA = 'sha256';

/**
 * Copies within S3, if what is copied is still the same and what is to be replaced is.
 * @returns whether both are so
 */
export const copyObject = (copy: Copy, client: S3Client): Promise<boolean> =>
  copy.from.size > MAX_COPY_BYTES ? copyInParts(copy, client) : copyWhole(copy, client);

const conditionOf = (only: Precondition) =>
  'etag' in only ? { IfMatch: only.etag } : { IfNoneMatch: '*' as const };

const propertiesOf = ({ sha256, contentType, cacheControl }: Copy['object']) => ({
  ContentType: contentType,
  CacheControl: cacheControl,
  Metadata: { [SHA256_METADATA]: sha256 },
});

const sourceOf = ({ location, etag }: StagedFile) => ({ CopySource: location, CopySourceIfMatch: etag });

function copyWhole({ to, from, object, only }: Copy, client: S3Client): Promise<boolean> {
  return writeHeld(
    client.send(
      new CopyObjectCommand({
        ...to,
        ...sourceOf(from),
        ...propertiesOf(object),
        ...conditionOf(only),
        MetadataDirective: 'REPLACE',
        ChecksumAlgorithm: 'SHA256',
      }),
    ),
  );
}

/**
 * The same for what is too large for one request.
 * @param partBytes of each part but the last; S3 takes 5 MiB to 5 GiB
 */
export async function copyInParts(
  { to, from, object, only }: Copy,
  client: S3Client,
  partBytes = PART_BYTES,
): Promise<boolean> {
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ ...to, ...propertiesOf(object) }),
  );
  const upload = { ...to, UploadId };
  const parts: { PartNumber: number; ETag: string | undefined }[] = [];
  const count = Math.ceil(from.size / partBytes);
  async function copyPart(number: number): Promise<void> {
    const first = (number - 1) * partBytes;
    const last = Math.min(first + partBytes, from.size) - 1;
    const range = { PartNumber: number, CopySourceRange: `bytes=${first}-${last}` };
    const command = new UploadPartCopyCommand({ ...upload, ...sourceOf(from), ...range });
    const { CopyPartResult } = await client.send(command);
    parts.push({ PartNumber: number, ETag: CopyPartResult?.ETag });
  }
  async function copyParts(): Promise<void> {
    let next = 1;
    const worker = async () => {
      while (next <= count) await copyPart(next++);
    };
    await Promise.all(Array.from({ length: PARTS_AT_ONCE }, worker));
    const Parts = parts.sort((a, b) => a.PartNumber - b.PartNumber);
    await client.send(
      new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...conditionOf(only) }),
    );
  }
  try {
    return await writeHeld(copyParts());
  } finally {
    // Of one that was completed, nothing is left to abort.
    await writeHeld(client.send(new AbortMultipartUploadCommand(upload)));
  }
}
