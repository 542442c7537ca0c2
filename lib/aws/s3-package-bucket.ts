import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
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
import type { StagedFile } from '#registry/uploads.ts';
import { copyObject, SHA256_METADATA } from './copy-object.ts';
import { toBase64, wholeSha256 } from './s3-checksum.ts';
import { absentOr, writeHeld } from './s3-errors.ts';

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
      const { ETag, ContentLength, ChecksumSHA256, Metadata, LastModified } =
        await this.#client.send(command);
      return {
        etag: ETag ?? '',
        size: ContentLength ?? 0,
        sha256: wholeSha256(ChecksumSHA256) ?? Metadata?.[SHA256_METADATA],
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
      ChecksumSHA256: toBase64(object.sha256),
      ContentType: object.contentType,
      CacheControl: object.cacheControl,
    });
    return writeHeld(this.#client.send(command));
  }

  async copy(
    key: string,
    from: StagedFile,
    object: Omit<NewObject, 'body'>,
    only: Precondition,
  ): Promise<boolean> {
    return copyObject({ to: this.#at(key), from, object, only }, this.#client);
  }

  async delete(key: string, etag?: string): Promise<boolean> {
    return writeHeld(this.#client.send(new DeleteObjectCommand({ ...this.#at(key), IfMatch: etag })));
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

const secondsOf = (date: Date | undefined): number => Math.floor((date?.getTime() ?? 0) / 1000);
