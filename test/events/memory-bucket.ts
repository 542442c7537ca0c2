import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { compareKeys } from '#local/object-store.ts';
import { encodeKey } from '#local/s3-event.ts';

interface MemoryObject {
  body: Uint8Array;
  etag: string;
  sha256: string | undefined;
  /** Epoch milliseconds. */
  lastModified: number;
}

/** A bucket in memory, for an S3 client's `send`: each command happens at once or not at all. */
export class MemoryBucket {
  readonly objects = new Map<string, MemoryObject>();
  readonly #now: () => number;
  readonly #announce: (key: string) => void;

  /** @param announce is told of each object that was stored or removed */
  constructor(now: () => number, announce: (key: string) => void) {
    this.#now = now;
    this.#announce = announce;
  }

  answer(command: unknown): object {
    if (command instanceof GetObjectCommand) {
      const { body, ...object } = this.#find(command.input.Key, 'NoSuchKey');
      return { ...describe(object, body), Body: { transformToByteArray: async () => body } };
    }
    if (command instanceof HeadObjectCommand) {
      const { body, ...object } = this.#find(command.input.Key, 'NotFound');
      return describe(object, body);
    }
    if (command instanceof PutObjectCommand) return this.#put(command.input);
    if (command instanceof DeleteObjectCommand) return this.#delete(command.input);
    if (command instanceof ListObjectsV2Command) {
      const { Prefix = '' } = command.input;
      const keys = [...this.objects.keys()].filter((key) => key.startsWith(Prefix)).sort(compareKeys);
      return {
        Contents: keys.map((key) => ({ Key: encodeKey(key), Size: this.objects.get(key)?.body.length })),
      };
    }
    throw new Error(`not understood: ${(command as object).constructor.name}`);
  }

  #find(key = '', code: string): MemoryObject {
    const object = this.objects.get(key);
    if (object === undefined) throw refusal(404, code);
    return object;
  }

  #put({ Key = '', Body, ChecksumSHA256, IfMatch, IfNoneMatch }: PutObjectCommand['input']) {
    const body = Body as Uint8Array;
    if (createHash('sha256').update(body).digest('base64') !== ChecksumSHA256)
      throw refusal(400, 'BadDigest');
    this.#checkIfMatch(Key, IfMatch);
    if (IfNoneMatch === '*' && this.objects.has(Key)) throw refusal(412, 'PreconditionFailed');
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    this.objects.set(Key, { body, etag, sha256: ChecksumSHA256, lastModified: this.#now() });
    this.#announce(Key);
    return { ETag: etag };
  }

  #delete({ Key = '', IfMatch }: DeleteObjectCommand['input']) {
    this.#checkIfMatch(Key, IfMatch);
    if (this.objects.delete(Key)) this.#announce(Key);
    return {};
  }

  #checkIfMatch(key: string, etag: string | undefined): void {
    if (etag === undefined) return;
    if (this.#find(key, 'NoSuchKey').etag !== etag) throw refusal(412, 'PreconditionFailed');
  }
}

const describe = ({ etag, sha256, lastModified }: Omit<MemoryObject, 'body'>, body: Uint8Array) => ({
  ETag: etag,
  ContentLength: body.length,
  ChecksumSHA256: sha256,
  LastModified: new Date(lastModified),
});

/** Source: Amazon S3 API Reference, "Error responses". */
const refusal = (httpStatusCode: number, name: string): S3ServiceException =>
  new S3ServiceException({ name, message: name, $fault: 'client', $metadata: { httpStatusCode } });
