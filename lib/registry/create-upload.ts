import { randomUUID } from 'node:crypto';
import type { Clock, PackageFileName, Records, RepositoryName } from './ports.ts';
import { inTheWay } from './publish-package.ts';
import { RegistryError } from './registry-error.ts';
import { secondOf } from './second-of.ts';
import type {
  IncomingBucket,
  PresignedForm,
  PresignedPart,
  PresignedPut,
  Upload,
  Uploads,
} from './uploads.ts';

export interface UploadPorts {
  uploads: Uploads;
  incoming: IncomingBucket;
  clock: Clock;
}

/** What is the same of every upload. */
export interface UploadOrigin {
  repository: RepositoryName;
  /** Who publishes, as the credentials say. */
  publishedBy: string;
  /** The client's address, if it is known. */
  from: string | undefined;
}

export interface UploadRequest extends UploadOrigin {
  /** Bytes. */
  size: number;
  /** Lower-case hex. */
  sha256: string;
  /** What it is going to be published as, for whoever wants to know before all is sent that it is there already. */
  file?: PackageFileName | undefined;
  /** Bytes of each part but the last; without it a file comes in one piece, if one can carry it. */
  partSize?: number | undefined;
}

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

/** What one PUT carries, or one part. Source: Amazon S3 User Guide, "Uploading and copying objects". */
const MAX_PUT_BYTES = 5 * GiB;
/** Smaller parts would only be more of them. */
const MIN_PART_BYTES = 64 * MiB;
const DEFAULT_PART_BYTES = 512 * MiB;
/** What is validated in the 15 minutes of a Lambda at 60 MiB a second. */
const MAX_STAGED_BYTES = 50 * GiB;

/** How long a file may be on its way to its URL; S3 looks when a PUT begins. */
const PUT_SECONDS = 60 * 60;
/** Many parts begin late. A Lambda's credentials may end first, and with them what they have signed. */
const PARTS_SECONDS = 6 * 60 * 60;

export interface UploadInOnePiece {
  upload: Upload;
  put: PresignedPut;
}

export interface UploadInParts {
  upload: Upload;
  parts: PresignedPart[];
}

export interface UploadByForm {
  upload: Upload;
  form: PresignedForm;
}

/**
 * Begins an upload: its URLs take the announced file and nothing else, once.
 * @throws RegistryError `too-large`, `bad-part-size`, `already-published`
 */
export async function createUpload(
  { size, sha256, file, partSize, ...origin }: UploadRequest,
  ports: UploadPorts & { records: Records },
): Promise<UploadInOnePiece | UploadInParts> {
  if (size > MAX_STAGED_BYTES) {
    throw new RegistryError(
      'too-large',
      `${size} bytes are more than ${MAX_STAGED_BYTES}, the most that is validated in one go. Split the package.`,
    );
  }
  const [record] = file === undefined ? [] : await ports.records.read([file]);
  if (record?.state === 'live') throw inTheWay(record, { sha256 });
  const upload = { ...newUpload(origin, ports.clock, PUT_SECONDS), size, sha256 };
  if (partSize === undefined && size <= MAX_PUT_BYTES) {
    const put = await ports.incoming.presignPut(upload.id, { size, sha256 }, PUT_SECONDS);
    await ports.uploads.add(upload);
    return { upload, put };
  }
  const sizes = cutInParts(size, partSize ?? DEFAULT_PART_BYTES);
  const { multipart, parts } = await ports.incoming.presignParts(upload.id, sizes, PARTS_SECONDS);
  const inParts = {
    ...upload,
    expiresAt: upload.createdAt + PARTS_SECONDS,
    parts: { multipart, count: parts.length },
  };
  await ports.uploads.add(inParts);
  return { upload: inParts, parts };
}

/** Begins an upload of which nothing is known before; its form takes whatever one PUT could carry. */
export async function createFormUpload(origin: UploadOrigin, ports: UploadPorts): Promise<UploadByForm> {
  const upload = newUpload(origin, ports.clock, PUT_SECONDS);
  const form = await ports.incoming.presignForm(upload.id, MAX_PUT_BYTES, PUT_SECONDS);
  await ports.uploads.add(upload);
  return { upload, form };
}

function newUpload({ repository, publishedBy, from }: UploadOrigin, clock: Clock, seconds: number): Upload {
  const createdAt = secondOf(clock);
  return {
    id: randomUUID(),
    owner: repository.owner,
    branch: repository.branch,
    repository: repository.repository,
    state: 'waiting',
    publishedBy,
    from,
    createdAt,
    expiresAt: createdAt + seconds,
  };
}

function cutInParts(size: number, partSize: number): number[] {
  if (partSize < MIN_PART_BYTES || partSize > MAX_PUT_BYTES) {
    throw new RegistryError(
      'bad-part-size',
      `part_size is ${partSize}: parts have ${MIN_PART_BYTES} to ${MAX_PUT_BYTES} bytes, but for the last.`,
    );
  }
  const count = Math.max(1, Math.ceil(size / partSize));
  return Array.from({ length: count }, (_, i) => Math.min(partSize, size - i * partSize));
}
