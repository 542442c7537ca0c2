import { createHash } from 'node:crypto';
import { createReadStream, openSync, renameSync, unlinkSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openFolder, syncFolder, temporaryFile } from './atomic-file.ts';
import { KeyLock } from './key-lock.ts';
import { appendMetadata, type Digests, type ObjectMetadata, readMetadata, writeBody } from './object-file.ts';

/**
 * What can happen to an object, by its name in S3. A delete is named as in a versioned bucket, which ours is in AWS.
 * Source: S3 User Guide, "Supported event types for SQS, SNS, and Lambda".
 */
export type ObjectEvent = CreatedEvent | 'ObjectRemoved:DeleteMarkerCreated';

type CreatedEvent = `ObjectCreated:${'Put' | 'Post' | 'Copy' | 'CompleteMultipartUpload'}`;

export interface ObjectChange {
  bucket: string;
  event: ObjectEvent;
  /** Of one that was removed: what it was. */
  object: ObjectMetadata;
}

/**
 * Told of a change before anyone can see it; the store waits for it. What it returns is called once
 * the change can be seen, or has failed.
 */
export type Announce = (change: ObjectChange) => Promise<() => void>;

/** Looks at what the key holds, while no other write can change it, and throws to keep it so. */
export type WriteCondition = (current: ObjectMetadata | undefined) => void;

/** A body received but not stored. */
export interface StagedBody extends Digests {
  path: string;
  /** Frees its space; harmless after `put`. */
  discard(): Promise<void>;
}

export interface ByteRange {
  first: number;
  /** Inclusive. */
  last: number;
}

type Properties = Pick<ObjectMetadata, 'contentType' | 'cacheControl' | 'userMetadata' | 'checksums'> & {
  /** That of the body by default. */
  etag?: string;
};

/**
 * Buckets of objects on disk, one file an object, named by the hash of its key: no key, however hostile,
 * reaches outside its folder. A rename makes an object visible, so `kill -9` leaves the old one or the new one.
 * The list of objects is read at start and then kept in memory; it changes in the same tick as the folder,
 * so all requests agree on one order of events, as S3's do (S3 User Guide, "Amazon S3 data consistency model").
 */
export class ObjectStore {
  readonly #folder: string;
  readonly #announce: Announce;
  readonly #buckets = new Map<string, Map<string, ObjectMetadata>>();
  readonly #lock = new KeyLock();

  private constructor(folder: string, announce: Announce) {
    this.#folder = folder;
    this.#announce = announce;
  }

  /** Opens the store of one folder, which no other process may have open, and makes missing buckets. */
  static async open(folder: string, buckets: readonly string[], announce: Announce = async () => () => {}) {
    const store = new ObjectStore(folder, announce);
    await openFolder(folder);
    for (const bucket of buckets) {
      const objects = new Map<string, ObjectMetadata>();
      await mkdir(join(folder, bucket), { recursive: true });
      for (const name of await openFolder(join(folder, bucket))) {
        const metadata = await readMetadata(join(folder, bucket, name));
        objects.set(metadata.key, metadata);
      }
      store.#buckets.set(bucket, objects);
    }
    return store;
  }

  hasBucket(bucket: string): boolean {
    return this.#buckets.has(bucket);
  }

  /** Receives a body; nothing can see it until `put`. */
  async stage(body: AsyncIterable<Uint8Array>): Promise<StagedBody> {
    const path = temporaryFile(this.#folder);
    const discard = () => rm(path, { force: true });
    try {
      return { ...(await writeBody(path, body)), path, discard };
    } catch (error) {
      await discard();
      throw error;
    }
  }

  /** Makes a staged body the object of `key`. */
  async put(
    bucket: string,
    key: string,
    staged: StagedBody,
    properties: Properties,
    condition: WriteCondition,
    event: CreatedEvent = 'ObjectCreated:Put',
  ): Promise<ObjectMetadata> {
    const objects = this.#objects(bucket);
    const { size, md5 } = staged;
    const object = { key, etag: `"${md5}"`, size, lastModified: Date.now(), ...properties };
    await appendMetadata(staged.path, object);
    return this.#lock.run(`${bucket}/${key}`, async () => {
      condition(objects.get(key));
      await this.#change({ bucket, event, object }, () => {
        renameSync(staged.path, this.#path(bucket, key));
        objects.set(key, object);
      });
      return object;
    });
  }

  /** @returns whether there was one */
  async delete(bucket: string, key: string, condition: WriteCondition): Promise<boolean> {
    const objects = this.#objects(bucket);
    return this.#lock.run(`${bucket}/${key}`, async () => {
      const object = objects.get(key);
      condition(object);
      if (!object) return false;
      await this.#change({ bucket, event: 'ObjectRemoved:DeleteMarkerCreated', object }, () => {
        unlinkSync(this.#path(bucket, key));
        objects.delete(key);
      });
      return true;
    });
  }

  /** Call `read` in the same tick, or the key may hold another object by then. */
  head(bucket: string, key: string): ObjectMetadata | undefined {
    return this.#objects(bucket).get(key);
  }

  /** The body of an object, or a part; it stays readable if the object is replaced or deleted meanwhile. */
  read(bucket: string, { key, size }: ObjectMetadata, range?: ByteRange): Readable {
    if (size === 0) return Readable.from([]);
    const { first, last } = range ?? { first: 0, last: size - 1 };
    const path = this.#path(bucket, key);
    return createReadStream(path, { fd: openSync(path, 'r'), start: first, end: last });
  }

  /** The objects whose key starts with `prefix`, ordered by the bytes of their keys. */
  list(bucket: string, prefix: string): ObjectMetadata[] {
    const found = [...this.#objects(bucket).values()].filter(({ key }) => key.startsWith(prefix));
    return found.sort((a, b) => compareKeys(a.key, b.key));
  }

  async #change(change: ObjectChange, apply: () => void) {
    const announced = await this.#announce(change);
    try {
      apply();
      await syncFolder(join(this.#folder, change.bucket));
    } finally {
      announced();
    }
  }

  #objects(bucket: string): Map<string, ObjectMetadata> {
    const objects = this.#buckets.get(bucket);
    if (!objects) throw new Error(`No bucket ${bucket}`);
    return objects;
  }

  #path(bucket: string, key: string): string {
    return join(this.#folder, bucket, createHash('sha256').update(key).digest('hex'));
  }
}

/** S3's order: the UTF-8 bytes, which JavaScript's own comparison is not beyond U+D7FF. */
export const compareKeys = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
