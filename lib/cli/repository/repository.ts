/** A file of a repository that can be read, once. */
export interface OpenFile {
  /** Bytes, where they are known before they are read. */
  size: number | undefined;
  /** Where it was found, after redirects; without credentials. */
  location: string;
  /** Ends with an UnreachableError where it is cut off. */
  chunks: AsyncIterable<Uint8Array>;
  /** Closes it unread. */
  discard(): void;
}

/** A repository of Alpine packages, wherever it is: `{arch}/APKINDEX.tar.gz`, and the packages beside it. */
export interface Repository {
  /** As a person may be shown it: without credentials. */
  readonly name: string;

  /** The architectures that it is asked for when nobody says which. */
  architectures(): Promise<readonly string[]>;

  /**
   * @param path `{arch}/{file}`
   * @returns `undefined` where there is no such file
   * @throws RepositoryFault, RefusalError, UnreachableError; the signal's reason
   */
  open(path: string, signal?: AbortSignal): Promise<OpenFile | undefined>;

  /** Ends its connections. */
  close(): void;
}
