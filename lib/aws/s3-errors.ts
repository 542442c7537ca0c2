import { S3ServiceException } from '@aws-sdk/client-s3';

/** What S3 answers when a precondition does not hold: another object, a write under way, nothing to replace. */
const CONDITION_FAILED = new Set([412, 409, 404]);

const statusOf = (error: unknown) =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;

/** `undefined` for what is not there. */
export function absentOr(error: unknown): undefined {
  if (statusOf(error) === 404) return undefined;
  throw error;
}

/** Waits for a conditional write. @returns whether its conditions held */
export async function writeHeld(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    const isMissingBucket = (error as Error).name === 'NoSuchBucket';
    if (!isMissingBucket && CONDITION_FAILED.has(statusOf(error) ?? 0)) return false;
    throw error;
  }
}
