import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type {
  ListedObject,
  NewObject,
  ObjectSummary,
  PackageBucket,
  Precondition,
  StoredObject,
  StreamedObject,
} from '#registry/ports.ts';

/** What S3 answers when a precondition does not hold: another object, a write under way, nothing to replace. */
const CONDITION_FAILED = new Set([412, 409, 404]);

/** The packages bucket. Source of the conditions: Amazon S3 User Guide, "Conditional requests". */
export class S3PackageBucket implements PackageBucket {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async get(key: string): Promise<StoredObject | undefined> {
    try {
      const { Body, ETag } = await this.#client.send(new GetObjectCommand(this.#at(key)));
      return { body: (await Body?.transformToByteArray()) ?? new Uint8Array(), etag: ETag ?? '' };
    } catch (error) {
      return absentOr(error);
    }
  }

  async stream(key: string): Promise<StreamedObject | undefined> {
    try {
      const { Body, ETag = '', LastModified } = await this.#client.send(new GetObjectCommand(this.#at(key)));
      // In Node.js the SDK gives a Readable, whatever the type says.
      const chunks = Body as unknown as AsyncIterable<Uint8Array>;
      return { chunks, etag: ETag, lastModified: secondsOf(LastModified) };
    } catch (error) {
      return absentOr(error);
    }
  }

  async head(key: string): Promise<ObjectSummary | undefined> {
    try {
      const command = new HeadObjectCommand({ ...this.#at(key), ChecksumMode: 'ENABLED' });
      const { ETag, ContentLength, ChecksumSHA256, LastModified } = await this.#client.send(command);
      return {
        etag: ETag ?? '',
        size: ContentLength ?? 0,
        sha256: ChecksumSHA256 && wholeSha256(ChecksumSHA256),
        lastModified: secondsOf(LastModified),
      };
    } catch (error) {
      return absentOr(error);
    }
  }

  async put(key: string, object: NewObject, only: Precondition): Promise<boolean> {
    const command = new PutObjectCommand({
      ...this.#at(key),
      ...('etag' in only ? { IfMatch: only.etag } : { IfNoneMatch: '*' }),
      Body: object.body,
      ChecksumSHA256: Buffer.from(object.sha256, 'hex').toString('base64'),
      ContentType: object.contentType,
      CacheControl: object.cacheControl,
    });
    return conditionHeld(this.#client.send(command));
  }

  async delete(key: string, etag?: string): Promise<boolean> {
    return conditionHeld(this.#client.send(new DeleteObjectCommand({ ...this.#at(key), IfMatch: etag })));
  }

  /** Keys are asked for URL-encoded: XML cannot carry every character that somebody's key may have. */
  async *list(prefix: string): AsyncGenerator<ListedObject> {
    let token: string | undefined;
    do {
      const { Contents, NextContinuationToken } = await this.#client.send(
        new ListObjectsV2Command({
          Bucket: this.#bucket,
          Prefix: prefix,
          EncodingType: 'url',
          ContinuationToken: token,
        }),
      );
      for (const { Key = '', Size = 0 } of Contents ?? []) yield { key: decodeKey(Key), size: Size };
      token = NextContinuationToken;
    } while (token !== undefined);
  }

  #at(key: string) {
    return { Bucket: this.#bucket, Key: key };
  }
}

/** Source: Amazon S3 API Reference, "ListObjectsV2", EncodingType: as in a form, a space is a plus. */
const decodeKey = (key: string) => decodeURIComponent(key.replaceAll('+', ' '));

/**
 * What was stored in parts has a checksum of their checksums, with their number behind a hyphen.
 * Source: Amazon S3 User Guide, "Checking object integrity".
 */
const wholeSha256 = (base64: string): string | undefined =>
  base64.includes('-') ? undefined : Buffer.from(base64, 'base64').toString('hex');

const secondsOf = (date: Date | undefined): number => Math.floor((date?.getTime() ?? 0) / 1000);

const statusOf = (error: unknown) =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;

function absentOr(error: unknown): undefined {
  if (statusOf(error) === 404) return undefined;
  throw error;
}

async function conditionHeld(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    const isMissingBucket = (error as Error).name === 'NoSuchBucket';
    if (!isMissingBucket && CONDITION_FAILED.has(statusOf(error) ?? 0)) return false;
    throw error;
  }
}
