import { randomUUID } from 'node:crypto';
import type { PackageReport } from '#apk/package.ts';
import type { PackageRecord, RepositoryName } from './ports.ts';

/** How long a claim is kept for a publisher that has not stored its object. */
export const LEASE_SECONDS = 15 * 60;

export interface RecordOrigin {
  repository: RepositoryName;
  /** Who publishes, as the credentials say. */
  publishedBy: string;
  /** Epoch seconds; by default now. */
  publishedAt?: number;
  /** What the claim is called; by default a new random id. */
  claim?: string;
}

/**
 * The record that claims a package's file, with a claim and a lease of its own.
 * @param now epoch milliseconds
 */
export function newRecord(
  { repository, publishedBy, publishedAt, claim = randomUUID() }: RecordOrigin,
  { info, checksum, size, sha256 }: Pick<PackageReport, 'info' | 'checksum' | 'size' | 'sha256'>,
  now: number,
): PackageRecord {
  const { owner, branch, repository: name } = repository;
  const claimedAt = Math.floor(now / 1000);
  return {
    owner,
    branch,
    repository: name,
    arch: info.arch,
    name: info.name,
    version: info.version,
    state: 'pending',
    claim,
    leaseUntil: claimedAt + LEASE_SECONDS,
    sha256,
    size,
    checksum,
    info,
    publishedBy,
    publishedAt: publishedAt ?? claimedAt,
  };
}
