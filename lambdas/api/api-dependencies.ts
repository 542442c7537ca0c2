import type { AuditTrail } from '#registry/audit.ts';
import type { Credentials } from '#registry/authorize.ts';
import type { ExchangePorts } from '#registry/exchange-token.ts';
import type { IssuerRules } from '#registry/issuer-url.ts';
import type { Observer } from '#registry/observer.ts';
import type { Owners } from '#registry/owners.ts';
import type { Clock, PackageBucket, Records, Signer } from '#registry/ports.ts';
import type { Readers, Visibility } from '#registry/readers.ts';
import type { TokenStore } from '#registry/tokens.ts';
import type { TrustPolicies } from '#registry/trust.ts';
import type { TrustedPublishers } from '#registry/trusted-publishers.ts';
import type { IncomingBucket, Uploads } from '#registry/uploads.ts';

/** All that the HTTP API reaches the world through. */
export interface ApiDependencies {
  packages: PackageBucket;
  records: Records;
  /** At least one; the first is the key that clients are given. */
  signers: readonly Signer[];
  credentials: Credentials;
  publishers: TrustedPublishers;
  uploads: Uploads;
  incoming: IncomingBucket;
  audit: AuditTrail;
  tokens: TokenStore;
  readers: Readers;
  /** What CI systems are trusted by. */
  trust: { policies: TrustPolicies } & Pick<ExchangePorts, 'jwts'> & IssuerRules;
  owners: Owners;
  /** Of owners that nothing else is said of. */
  defaultVisibility: Visibility;
  clock: Clock;
  /** What CloudFront sends as `x-alpenglow-origin` with its own requests; empty, nobody is taken for it. */
  originSecret: string;
  /** What stands before the paths in answers, for example `https://apk.example.com`; by default the request's own origin. */
  publicUrl?: string;
  /** The largest package file that is taken, in bytes. */
  maxUploadBytes: number;
  observer: Observer;
}
