import type { Credentials } from '#registry/authorize.ts';
import type { Owners } from '#registry/owners.ts';
import type { Clock, PackageBucket, Records, Signer } from '#registry/ports.ts';
import type { Readers, Visibility } from '#registry/readers.ts';

/** All that the HTTP API reaches the world through. */
export interface ApiDependencies {
  packages: PackageBucket;
  records: Records;
  /** At least one; the first is the key that clients are given. */
  signers: readonly Signer[];
  credentials: Credentials;
  owners: Owners;
  readers: Readers;
  /** Of owners that nothing else is said of. */
  defaultVisibility: Visibility;
  clock: Clock;
  /** What CloudFront sends as `x-alpenglow-origin` with its own requests; empty, nobody is taken for it. */
  originSecret: string;
  /** What stands before the paths in answers, for example `https://apk.example.com`; by default the request's own origin. */
  publicUrl?: string;
  /** The largest package file that is taken, in bytes. */
  maxUploadBytes: number;
  /** Is told of errors that no client caused. */
  logError?: (error: unknown) => void;
}
