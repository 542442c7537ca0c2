import type { PackageWarning } from '#apk/faults.ts';
import type { PackageRecord, RepositoryName } from './ports.ts';

/** What an upload has come to. `waiting` and `validating` go on; `published` and `refused` are for ever. */
export type UploadState = 'waiting' | 'validating' | 'published' | 'refused';

/** What is kept of a package that an upload has published; the record may be gone by the time that somebody asks. */
export type PublishedFile = Omit<PackageRecord, 'info' | 'state' | 'claim' | 'leaseUntil' | 'deletingSince'>;

export type UploadOutcome =
  | { state: 'published'; file: PublishedFile; warnings: PackageWarning[] }
  | { state: 'refused'; refusal: Refusal };

/** Why a package was not published, as a direct publish would say it. */
export interface Refusal {
  /** Of an `ApkFormatError` or a `RegistryError`. */
  code: string;
  message: string;
  /** Of `already-published`: what is there has the same bytes. */
  identical?: boolean;
}

/** For whoever waits for an upload as for a direct publish. */
export class UploadRefused extends Error {
  override readonly name = 'UploadRefused';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** A package file that comes by a URL of its own, since no request to the API can carry it. */
export interface Upload extends RepositoryName {
  /** What it is called in the incoming bucket, and what its package's claim is called: a random UUID. */
  id: string;
  state: UploadState;
  /** Bytes; `undefined` where the client did not say: the form that Buildkite's clients send. */
  size?: number | undefined;
  /** Lower-case hex SHA-256 of the file; `undefined` as above. */
  sha256?: string | undefined;
  /** Its multipart upload, if it comes in parts, and how many there are. */
  parts?: { multipart: string; count: number } | undefined;
  /** Who asked for it, as the credentials say, and so who publishes. */
  publishedBy: string;
  /** Of those who asked with a token of the table: without it, the file is not published any more. */
  tokenId?: string | undefined;
  /** Their address, if it is known. */
  from?: string | undefined;
  /** Epoch seconds. */
  createdAt: number;
  /** Until when its URLs are taken, epoch seconds. */
  expiresAt: number;
  /** When it came to its end, epoch milliseconds. */
  finishedAt?: number | undefined;
  outcome?: UploadOutcome | undefined;
}

/** The table of uploads. Every read is strongly consistent. */
export interface Uploads {
  add(upload: Upload): Promise<void>;
  find(id: string): Promise<Upload | undefined>;
  /** Notes that its file is being validated, unless it is over. @returns what it is now */
  begin(id: string): Promise<Upload | undefined>;
  /** Notes what it has come to, epoch milliseconds, unless it is over. @returns what it is now */
  finish(id: string, outcome: UploadOutcome, at: number): Promise<Upload | undefined>;
}

/** A file that has arrived and is not published yet. */
export interface StagedFile {
  /** Where its bucket's service finds it. */
  location: string;
  etag: string;
  /** Bytes. */
  size: number;
  /** Lower-case hex SHA-256, if the service has compared it with the bytes. */
  sha256: string | undefined;
}

export interface PresignedPut {
  url: string;
  /** What must be sent with it. */
  headers: Record<string, string>;
}

export interface PresignedPart {
  /** From 1. */
  number: number;
  url: string;
  /** Bytes. */
  size: number;
}

export interface PresignedForm {
  url: string;
  fields: Record<string, string>;
}

/** Where files wait that are to be published. Whoever has one of its URLs may write one file, until it expires. */
export interface IncomingBucket {
  /** A URL that takes these bytes, while nothing is there. */
  presignPut(key: string, file: { size: number; sha256: string }, seconds: number): Promise<PresignedPut>;
  /** A form that takes any bytes, up to `maxSize`. */
  presignForm(key: string, maxSize: number, seconds: number): Promise<PresignedForm>;
  /** A URL for each part of a file. */
  presignParts(
    key: string,
    sizes: readonly number[],
    seconds: number,
  ): Promise<{ multipart: string; parts: PresignedPart[] }>;
  /** Joins the parts; `false` when they are joined already, or something is there. @throws RegistryError `parts-missing` */
  completeParts(key: string, multipart: string, count: number): Promise<boolean>;
  head(key: string): Promise<StagedFile | undefined>;
  /** Its bytes, as long as it is this very file; `undefined` when it is not. */
  read(key: string, file: StagedFile): Promise<AsyncIterable<Uint8Array> | undefined>;
  remove(key: string): Promise<void>;
}
