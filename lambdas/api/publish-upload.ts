import type { Principal } from '#registry/authorize.ts';
import type { RepositoryName } from '#registry/ports.ts';
import { type Published, publishPackage } from '#registry/publish-package.ts';
import { waitUntilIndexed } from '#registry/wait-until-indexed.ts';
import type { ApiDependencies } from './api-dependencies.ts';

export interface Upload {
  repository: RepositoryName;
  file: Uint8Array;
  /** Seconds; `undefined` not to look at the indexes at all. */
  wait: number | undefined;
}

export interface UploadOutcome {
  published: Published;
  /** Whether every index is known to list it; nobody looks unless asked to wait. */
  indexed: boolean;
}

/** An HTTP API answers for its Lambda after 30 seconds, and a publish may itself wait for a delete to end. */
const ANSWER_WITHIN_SECONDS = 27;

/** Publishes, and waits for the indexes as long as the client asked. */
export async function publishUpload(
  { repository, file, wait }: Upload,
  principal: Principal,
  dependencies: ApiDependencies,
): Promise<UploadOutcome> {
  const { clock } = dependencies;
  const startedAt = clock();
  const published = await publishPackage({ repository, file, publishedBy: principal.name }, dependencies);
  if (wait === undefined) return { published, indexed: false };
  const left = Math.max(0, ANSWER_WITHIN_SECONDS - (clock() - startedAt) / 1000);
  return { published, indexed: await isIndexed(published, Math.min(wait, left), dependencies) };
}

/** The package is published, whatever comes of the waiting: an index that cannot be read is no fault of its own. */
async function isIndexed(
  { record }: Published,
  wait: number,
  dependencies: ApiDependencies,
): Promise<boolean> {
  try {
    return await waitUntilIndexed(record, wait, dependencies);
  } catch (error) {
    dependencies.observer.failed(error);
    return false;
  }
}
