import type { ApiClient } from './api-client.ts';
import { type Terminal, UsageError } from './command.ts';

interface Deletion {
  client: ApiClient;
  /** What they are in, `/api/tokens`. */
  collection: string;
  /** What is said of each that is gone. */
  done: string;
}

/**
 * Deletes what has these ids; one that is refused does not keep the others.
 * @returns the exit code
 * @throws UsageError without any
 */
export async function deleteEach(
  ids: readonly string[],
  { client, collection, done }: Deletion,
  { note }: Terminal,
): Promise<number> {
  if (ids.length === 0) throw new UsageError('No id: the list shows them.');
  let code = 0;
  for (const id of ids) {
    try {
      await client.delete(`${collection}/${encodeURIComponent(id)}`);
      note(`${id}: ${done}\n`);
    } catch (error) {
      code = 1;
      note(`${id}: ${(error as Error).message}\n`);
    }
  }
  return code;
}
