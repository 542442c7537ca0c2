import { randomUUID } from 'node:crypto';
import { type CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { groupBy } from '#registry/group-by.ts';
import { urlPath } from '#registry/object-keys.ts';
import type { Cdn } from '#registry/ports.ts';

/** From here on a folder is forgotten as one path, since each path is paid for. Source: Amazon CloudFront pricing. */
const MAX_FILES_OF_FOLDER = 15;

/** Fewer than CloudFront takes at once. Source: CloudFront Developer Guide, "Quotas on invalidations". */
const MAX_PATHS = 1000;

/** A CloudFront distribution in front of the packages bucket. */
export class CloudFrontCdn implements Cdn {
  readonly #client: CloudFrontClient;
  readonly #distributionId: string;

  constructor(client: CloudFrontClient, distributionId: string) {
    this.#client = client;
    this.#distributionId = distributionId;
  }

  async forget(keys: readonly string[]): Promise<void> {
    const paths = pathsOf(keys);
    for (let start = 0; start < paths.length; start += MAX_PATHS) {
      const Items = paths.slice(start, start + MAX_PATHS);
      await this.#client.send(
        new CreateInvalidationCommand({
          DistributionId: this.#distributionId,
          InvalidationBatch: { CallerReference: randomUUID(), Paths: { Quantity: Items.length, Items } },
        }),
      );
    }
  }
}

/** Every object's path, or of many in a folder the folder's. */
function pathsOf(keys: readonly string[]): string[] {
  const folders = groupBy(new Set(keys), (key) => key.slice(0, key.lastIndexOf('/') + 1));
  return [...folders].flatMap(([folder, inFolder]) =>
    inFolder.length > MAX_FILES_OF_FOLDER ? [`${escapedPath(folder)}*`] : inFolder.flatMap(pathsOfKey),
  );
}

/** CloudFront takes no path with an unsafe character of RFC 1738, which the tilde is. Source: as below. */
const escapedPath = (key: string) => urlPath(key).replaceAll('~', '%7E');

/**
 * As the viewer function leaves the path, and as apk sends it where that differs.
 * Source: CloudFront Developer Guide, "What you need to know when invalidating files", "Changing the URI".
 */
const pathsOfKey = (key: string): string[] => {
  const path = escapedPath(key);
  return [...new Set([path, path.replaceAll('%2B', '+')])];
};
