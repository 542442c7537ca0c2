import { randomUUID } from 'node:crypto';
import { chooseParts, compositeChecksums, compositeEtag, type NamedPart, type Part } from './chosen-parts.ts';
import { KeyLock } from './key-lock.ts';
import type { Checksums, ObjectMetadata } from './object-file.ts';
import type { ObjectStore, StagedBody, WriteCondition } from './object-store.ts';
import { algorithmsIn, checksumsOf } from './s3-checksums.ts';
import { S3Error } from './s3-error.ts';
import type { SystemAndUserMetadata } from './s3-properties.ts';

/** Where parts wait; no name of a bucket begins with a full stop, so no request reaches it. */
export const PARTS_BUCKET = '.parts';

/** Milliseconds; as the rule of lib/constructs/incoming-bucket.ts has it. */
const MAX_AGE = 24 * 60 * 60 * 1000;

export interface UploadTarget {
  store: ObjectStore;
  bucket: string;
  key: string;
  uploadId: string;
}

const always = () => {};
const locks = new KeyLock();

/** An upload is an empty object of this name, with the properties that its object is to have. */
const uploadKey = ({ uploadId, bucket, key }: Omit<UploadTarget, 'store'>) =>
  `upload/${uploadId}/${bucket}/${key}`;
const partsPrefix = ({ uploadId }: Pick<UploadTarget, 'uploadId'>) => `part/${uploadId}/`;
const partKey = (upload: Pick<UploadTarget, 'uploadId'>, number: number) =>
  partsPrefix(upload) + String(number).padStart(5, '0');

/** @returns the id of a new upload */
export async function createUpload(
  target: Omit<UploadTarget, 'uploadId'>,
  properties: SystemAndUserMetadata,
  algorithm: keyof Checksums | undefined,
): Promise<string> {
  const uploadId = randomUUID();
  const { store } = target;
  const empty = await store.stage((async function* () {})());
  try {
    // The algorithm is kept as a checksum of nothing.
    const kept = { ...properties, checksums: checksumsOf(empty, algorithm ? [algorithm] : []) };
    await store.put(PARTS_BUCKET, uploadKey({ ...target, uploadId }), empty, kept, always);
    return uploadId;
  } finally {
    await empty.discard();
  }
}

/** @throws S3Error `NoSuchUpload` */
export function findUpload(target: UploadTarget): ObjectMetadata {
  const upload = target.store.head(PARTS_BUCKET, uploadKey(target));
  if (!upload)
    throw new S3Error(
      'NoSuchUpload',
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    );
  return upload;
}

/**
 * Keeps a part, in the place of one that had its number.
 * @param sent the checksums that came with it
 * @throws S3Error `NoSuchUpload`
 */
export const putPart = (
  target: UploadTarget,
  number: number,
  staged: StagedBody,
  sent: Checksums = {},
): Promise<Part> =>
  locks.run(target.uploadId, async () => {
    const wanted = checksumsOf(staged, algorithmsIn(findUpload(target).checksums));
    const properties = { contentType: '', checksums: { ...sent, ...wanted } };
    const part = await target.store.put(PARTS_BUCKET, partKey(target, number), staged, properties, always);
    return { ...part, number };
  });

/** In the order of their numbers. */
export function listParts(target: UploadTarget): Part[] {
  findUpload(target);
  const prefix = partsPrefix(target);
  return target.store
    .list(PARTS_BUCKET, prefix)
    .map((part) => ({ ...part, number: Number(part.key.slice(prefix.length)) }));
}

/**
 * Makes one object of the named parts, and forgets the others.
 * Source: Amazon S3 API Reference, "CompleteMultipartUpload".
 * @throws S3Error
 */
export const completeUpload = (
  target: UploadTarget,
  named: readonly NamedPart[],
  condition: WriteCondition,
): Promise<ObjectMetadata> =>
  locks.run(target.uploadId, async () => {
    const { store, bucket, key } = target;
    const { contentType, cacheControl, userMetadata, checksums } = findUpload(target);
    const parts = chooseParts(named, listParts(target));
    condition(store.head(bucket, key));
    const staged = await store.stage(bodyOf(target, parts));
    try {
      const properties = {
        contentType,
        cacheControl,
        userMetadata,
        checksums: compositeChecksums(parts, algorithmsIn(checksums)),
        etag: compositeEtag(parts),
      };
      const object = await store.put(
        bucket,
        key,
        staged,
        properties,
        condition,
        'ObjectCreated:CompleteMultipartUpload',
      );
      await removeUpload(target);
      return object;
    } finally {
      await staged.discard();
    }
  });

/** @throws S3Error `NoSuchUpload` */
export const abortUpload = (target: UploadTarget): Promise<void> =>
  locks.run(target.uploadId, async () => {
    findUpload(target);
    await removeUpload(target);
  });

/** Forgets the uploads that nobody completed in time, and parts that are of none. */
export async function removeOldUploads(store: ObjectStore): Promise<void> {
  const idOf = ({ key }: ObjectMetadata) => key.split('/')[1] ?? '';
  const uploads = store.list(PARTS_BUCKET, 'upload/');
  const young = uploads.filter(({ lastModified }) => lastModified > Date.now() - MAX_AGE);
  const kept = new Set(young.map(idOf));
  for (const object of store.list(PARTS_BUCKET, '')) {
    if (!kept.has(idOf(object))) await store.delete(PARTS_BUCKET, object.key, always);
  }
}

/** The upload first: parts without one are removed at the next start. */
async function removeUpload(target: UploadTarget): Promise<void> {
  const { store } = target;
  await store.delete(PARTS_BUCKET, uploadKey(target), always);
  for (const { key } of store.list(PARTS_BUCKET, partsPrefix(target))) {
    await store.delete(PARTS_BUCKET, key, always);
  }
}

async function* bodyOf(target: UploadTarget, parts: readonly Part[]): AsyncGenerator<Uint8Array> {
  for (const { number } of parts) {
    const part = target.store.head(PARTS_BUCKET, partKey(target, number));
    if (part) yield* target.store.read(PARTS_BUCKET, part);
  }
}
