import { INDEX_FILE } from '#registry/object-keys.ts';
import { RefusalError } from '../connection/refusal.ts';
import { type RetryOptions, retry } from '../connection/retry.ts';
import { inParallelUntilFailure } from '../terminal/in-parallel-until-failure.ts';
import { asFault } from './file-fault.ts';
import { type ReadIndex, readIndex } from './read-index.ts';
import type { PublicKeys } from './read-keys.ts';
import type { Repository } from './repository.ts';
import { RepositoryFault } from './repository-fault.ts';

const INDEXES_AT_ONCE = 4;

interface IndexesWanted extends RetryOptions {
  keys: PublicKeys;
  /** `undefined` for those that the repository has. */
  architectures: readonly string[] | undefined;
}

export interface ReadIndexes {
  /** Each once, though several architectures may be sent to it. */
  indexes: ReadIndex[];
  faults: { file: string; fault: Error }[];
}

/**
 * Reads the indexes of a repository; a fault of one does not keep the others.
 * @throws UnreachableError when it does not answer; the signal's reason
 */
export async function readIndexes(
  repository: Repository,
  { keys, architectures, signal: interruption, onRetry }: IndexesWanted,
): Promise<ReadIndexes> {
  const asked = architectures ?? (await repository.architectures());
  const read = async (arch: string, signal: AbortSignal) => {
    const file = `${arch}/${INDEX_FILE}`;
    try {
      const index = await retry(() => readIndex(repository, arch, keys, signal), { signal, onRetry });
      return { file, index, fault: undefined };
    } catch (error) {
      const fault = asFault(error);
      if (fault === undefined) throw error;
      return { file, index: undefined, fault };
    }
  };
  // The first alone, so that a server that is not there is said once not to be.
  const found = [
    ...(await inParallelUntilFailure(asked.slice(0, 1), 1, interruption, read)),
    ...(await inParallelUntilFailure(asked.slice(1), INDEXES_AT_ONCE, interruption, read)),
  ];
  const indexes = found.flatMap(({ index }) => index ?? []);
  const isKnown = architectures !== undefined || indexes.length === 0;
  return {
    indexes: [...new Map(indexes.map((index) => [index.location, index])).values()],
    faults: found.flatMap(({ file, index, fault }) => {
      if (index !== undefined) return [];
      if (fault === undefined)
        return architectures === undefined
          ? []
          : [{ file, fault: new RepositoryFault('missing', 'is not there') }];
      return isKnown || !isForbidden(fault) ? [{ file, fault }] : [];
    }),
  };
}

/** S3 says so of what is not there to whoever may not list the bucket. */
const isForbidden = (fault: Error): boolean => fault instanceof RefusalError && fault.status === 403;
