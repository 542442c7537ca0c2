import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  type Part,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { RegistryError } from '#registry/registry-error.ts';
import type {
  IncomingBucket,
  PresignedForm,
  PresignedPart,
  PresignedPut,
  StagedFile,
} from '#registry/uploads.ts';
import { toBase64, wholeSha256 } from './s3-checksum.ts';
import { absentOr, writeHeld } from './s3-errors.ts';

/** A header that is signed, and so has to be sent; in the query it would bind nobody. */
const CHECKSUM_HEADER = 'x-amz-checksum-sha256';

/** The bucket of uploads. What a URL binds is signed; the client must not add a checksum of its own to that. */
export class S3IncomingBucket implements IncomingBucket {
  readonly #client: S3Client;
  readonly #presigner: S3Client;
  readonly #bucket: string;

  /** @param presigner with `requestChecksumCalculation: 'WHEN_REQUIRED'`: else it signs the checksum of nothing */
  constructor(client: S3Client, presigner: S3Client, bucket: string) {
    this.#client = client;
    this.#presigner = presigner;
    this.#bucket = bucket;
  }

  /** Content-Length is signed too, and sent by every client. */
  async presignPut(
    key: string,
    { size, sha256 }: { size: number; sha256: string },
    seconds: number,
  ): Promise<PresignedPut> {
    const checksum = toBase64(sha256);
    const command = new PutObjectCommand({
      ...this.#at(key),
      ContentLength: size,
      ChecksumSHA256: checksum,
      IfNoneMatch: '*',
    });
    const url = await getSignedUrl(this.#presigner, command, {
      expiresIn: seconds,
      unhoistableHeaders: new Set([CHECKSUM_HEADER]),
    });
    return { url, headers: { 'If-None-Match': '*', [CHECKSUM_HEADER]: checksum } };
  }

  async presignForm(key: string, maxSize: number, seconds: number): Promise<PresignedForm> {
    return createPresignedPost(this.#presigner, {
      ...this.#at(key),
      Conditions: [['content-length-range', 1, maxSize]],
      Expires: seconds,
    });
  }

  async presignParts(
    key: string,
    sizes: readonly number[],
    seconds: number,
  ): Promise<{ multipart: string; parts: PresignedPart[] }> {
    const { UploadId = '' } = await this.#client.send(new CreateMultipartUploadCommand(this.#at(key)));
    const parts = sizes.map(async (size, i) => {
      const part = { ...this.#at(key), UploadId, PartNumber: i + 1, ContentLength: size };
      const url = await getSignedUrl(this.#presigner, new UploadPartCommand(part), { expiresIn: seconds });
      return { number: i + 1, url, size };
    });
    return { multipart: UploadId, parts: await Promise.all(parts) };
  }

  async completeParts(key: string, multipart: string, count: number): Promise<boolean> {
    const there = await this.#listParts(key, multipart);
    if (there === undefined) return false;
    const numbers = new Set(there.map(({ PartNumber }) => PartNumber));
    const missing = Array.from({ length: count }, (_, i) => i + 1).filter((number) => !numbers.has(number));
    if (missing.length > 0) {
      throw new RegistryError(
        'parts-missing',
        `${missing.length} of ${count} parts are not there: ${missing.slice(0, 10).join(', ')}${missing.length > 10 ? ', …' : ''}. PUT them, then complete the upload again.`,
      );
    }
    const Parts = there.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
    return writeHeld(
      this.#client.send(
        new CompleteMultipartUploadCommand({
          ...this.#at(key),
          UploadId: multipart,
          MultipartUpload: { Parts },
          IfNoneMatch: '*',
        }),
      ),
    );
  }

  async head(key: string): Promise<StagedFile | undefined> {
    try {
      const command = new HeadObjectCommand({ ...this.#at(key), ChecksumMode: 'ENABLED' });
      const { ETag = '', ContentLength = 0, ChecksumSHA256 } = await this.#client.send(command);
      const location = `${this.#bucket}/${encodeURIComponent(key)}`;
      return { location, etag: ETag, size: ContentLength, sha256: wholeSha256(ChecksumSHA256) };
    } catch (error) {
      return absentOr(error);
    }
  }

  async read(key: string, { etag }: StagedFile): Promise<AsyncIterable<Uint8Array> | undefined> {
    const command = new GetObjectCommand({ ...this.#at(key), IfMatch: etag });
    const answer = this.#client.send(command);
    if (!(await writeHeld(answer))) return undefined;
    // In Node.js the SDK gives a Readable, whatever the type says.
    return (await answer).Body as unknown as AsyncIterable<Uint8Array>;
  }

  async remove(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand(this.#at(key)));
  }

  /**
   * `undefined` where there is no such multipart upload (any more). The SDK's paginator would go round for ever: it looks
   * at the marker, which the last page has, too.
   */
  async #listParts(key: string, multipart: string): Promise<Part[] | undefined> {
    const parts: Part[] = [];
    let marker: string | undefined;
    try {
      do {
        const page = { ...this.#at(key), UploadId: multipart, PartNumberMarker: marker };
        const {
          Parts = [],
          IsTruncated,
          NextPartNumberMarker,
        } = await this.#client.send(new ListPartsCommand(page));
        parts.push(...Parts);
        marker = IsTruncated ? NextPartNumberMarker : undefined;
      } while (marker !== undefined);
      return parts;
    } catch (error) {
      return absentOr(error);
    }
  }

  #at(key: string) {
    return { Bucket: this.#bucket, Key: key };
  }
}
