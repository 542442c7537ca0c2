import { type Terminal, UsageError } from '../command.ts';
import type { ApiClient } from '../connection/api-client.ts';
import { withoutControls } from '../terminal/terminal-text.ts';

/** Something that can be deleted. */
export interface Deletable {
  /** What the person called it. */
  label: string;
  /** Where the API has it. */
  path: string;
}

interface Deletion {
  client: ApiClient;
  /** What is said of each that is gone. */
  done: string;
}

/**
 * Deletes each; one that is refused does not keep the others.
 * @returns the exit code
 */
export async function deleteEach(
  items: readonly Deletable[],
  { client, done }: Deletion,
  { note }: Terminal,
): Promise<number> {
  let code = 0;
  for (const { label, path } of items) {
    try {
      await client.delete(path);
      note(`${withoutControls(label)}: ${done}\n`);
    } catch (error) {
      code = 1;
      note(`${withoutControls(label)}: ${(error as Error).message}\n`);
    }
  }
  return code;
}

/**
 * What has these ids in a collection, `/api/tokens`.
 * @throws UsageError without any
 */
export function withIds(ids: readonly string[], collection: string): Deletable[] {
  if (ids.length === 0) throw new UsageError('No id: the list shows them.');
  return ids.map((id) => ({ label: id, path: `${collection}/${encodeURIComponent(id)}` }));
}
