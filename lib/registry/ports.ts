import type { PackageInfo } from '#apk/package-info.ts';
import type { StagedFile } from './uploads.ts';

/** A repository: what follows the host in an apk repository line. */
export interface RepositoryName {
  owner: string;
  branch: string;
  repository: string;
}

/** One package index, what apk asks for as `{owner}/{branch}/{repository}/{arch}/APKINDEX.tar.gz`. */
export interface IndexName extends RepositoryName {
  arch: string;
}

/** One package file, stored as `{name}-{version}.apk` in the folder of its index. */
export interface PackageFileName extends IndexName {
  name: string;
  version: string;
}

/**
 * `pending`: claimed, its object is being stored. `live`: stored, to be listed.
 * `deleting`: its object is being removed.
 */
export type RecordState = 'pending' | 'live' | 'deleting';

/** What the table knows about one package file. */
export interface PackageRecord extends PackageFileName {
  state: RecordState;
  /** Who holds the record: a new random id for each claim, kept for the record's whole life. */
  claim: string;
  /** Until when a `pending` record may not be taken over by another file, epoch seconds. */
  leaseUntil: number;
  /** Since when it has been `deleting`, epoch seconds. */
  deletingSince?: number;
  /** Lower-case hex SHA-256 of the whole file. */
  sha256: string;
  /** Bytes of the whole file. */
  size: number;
  /** apk's identity of the package, `Q1…`. */
  checksum: string;
  info: PackageInfo;
  /** Who published it, as the credentials say. */
  publishedBy: string;
  /** Epoch seconds. */
  publishedAt: number;
}

export interface StoredObject {
  body: Uint8Array;
  etag: string;
}

export interface ObjectSummary {
  etag: string;
  /** Bytes. */
  size: number;
  /** Lower-case hex SHA-256, if it was stored with one. */
  sha256: string | undefined;
  /** When it was stored, epoch seconds. */
  lastModified: number;
}

/** An object that is read as it comes, since it may be larger than memory. */
export interface StreamedObject {
  chunks: AsyncIterable<Uint8Array>;
  etag: string;
  /** When it was stored, epoch seconds. */
  lastModified: number;
}

/** An object as a listing shows it. */
export interface ListedObject {
  key: string;
  /** Bytes. */
  size: number;
}

export interface NewObject {
  body: Uint8Array;
  /** Lower-case hex SHA-256 of the body. */
  sha256: string;
  contentType: string;
  cacheControl: string;
}

/** What must be true of a key when it is written: nothing is there, or the object with this ETag. */
export type Precondition = { absent: true } | { etag: string };

/** The bucket that is served to apk. Its keys come from `object-keys.ts`. */
export interface PackageBucket {
  get(key: string): Promise<StoredObject | undefined>;
  /** As `get`; the chunks must be read to their end, or given up by their iterator's `return`. */
  stream(key: string): Promise<StreamedObject | undefined>;
  head(key: string): Promise<ObjectSummary | undefined>;
  /** `false` when the precondition does not hold, or another write of the key was under way. */
  put(key: string, object: NewObject, only: Precondition): Promise<boolean>;
  /** As `put`, of a file that the same service has; `false` also when that is another one by now, or gone. */
  copy(key: string, from: StagedFile, object: Omit<NewObject, 'body'>, only: Precondition): Promise<boolean>;
  /** Removes the object; with `etag`, only that one. `false` when it is another one, or gone. */
  delete(key: string, etag?: string): Promise<boolean>;
  /** The objects whose keys begin with `prefix`, in the order of their keys; read page by page. */
  list(prefix: string): AsyncIterable<ListedObject>;
}

/** What keeps copies of the bucket's objects near their readers. */
export interface Cdn {
  /** Has the copies of these objects dropped; that takes minutes after this has ended. */
  forget(keys: readonly string[]): Promise<void>;
}

/** The table of package files. Every read is strongly consistent. */
export interface Records {
  /**
   * Makes `record` the record of its file, and its index one of its repository's, if the file has no
   * record, or a `pending` one whose lease ended before `now` (epoch seconds) or whose sha256 is the same.
   * @returns the record that stands in the way, if one does
   */
  claim(record: PackageRecord, now: number): Promise<PackageRecord | undefined>;
  /** Makes `record` the record of its file in place of a `deleting` one that `claim` holds; `false` when it no longer does. */
  takeOver(record: PackageRecord, claim: string): Promise<boolean>;
  /** Moves a record that `claim` still holds from one state to the next; `false` when it no longer does. */
  transition(file: PackageFileName, claim: string, from: RecordState, to: RecordState): Promise<boolean>;
  /** Removes a record that `claim` still holds in `state`; `false` when it no longer does. */
  remove(file: PackageFileName, claim: string, state: RecordState): Promise<boolean>;
  /** The records of `files`, in no order; files without one are left out. */
  read(files: readonly PackageFileName[]): Promise<PackageRecord[]>;
  /** Every record of one index. */
  list(index: IndexName): Promise<PackageRecord[]>;
  /** The architectures, `noarch` among them, that a repository has ever had. */
  architectures(repository: RepositoryName): Promise<string[]>;
  /** Every repository that anything was ever claimed in; reads the whole table, page by page. */
  repositories(): AsyncIterable<RepositoryName>;
}

/** One signing key; the private half is never seen. */
export interface Signer {
  /** `{name}-{8 hex}.rsa.pub`: what the public half is called in /etc/apk/keys. */
  keyFileName(): Promise<string>;
  /** PEM, SubjectPublicKeyInfo. */
  publicKey(): Promise<string>;
  /** The RSASSA-PKCS1-v1_5 signature of a SHA-256 digest. */
  sign(digest: Uint8Array): Promise<Uint8Array>;
}

/** Epoch milliseconds, as `Date.now`. */
export type Clock = () => number;
