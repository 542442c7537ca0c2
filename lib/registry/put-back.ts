import { LEASE_SECONDS } from './new-record.ts';
import type { ObjectSummary, PackageRecord } from './ports.ts';

/**
 * Whether an object was stored long after the delete of its file began, so that the delete is not about it:
 * somebody brought the file back, or the table is an earlier one. A publisher that was storing when the delete
 * began is done, or dead, by the end of a lease.
 */
export const isPutBack = (
  { lastModified }: Pick<ObjectSummary, 'lastModified'>,
  { deletingSince }: Pick<PackageRecord, 'deletingSince'>,
): boolean => deletingSince !== undefined && lastModified > deletingSince + LEASE_SECONDS;
