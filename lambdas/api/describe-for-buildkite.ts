import { packageKey } from '#registry/object-keys.ts';
import type { Published } from '#registry/publish-package.ts';
import type { PublishedFile } from '#registry/uploads.ts';
import { describePackage } from './describe-package.ts';
import { stableUuid } from './stable-uuid.ts';

/** Buildkite's word for a branch that its registries do not have. */
export const BUILDKITE_BRANCH = 'alpine_any';

/**
 * A published package in the words of Buildkite's answer, with ours beside them. The package's `url` is
 * the file itself, since a file has no page here.
 * Source: Buildkite REST API, "Packages API", "Publish a package".
 */
export function describeForBuildkite(
  published: Pick<Published, 'warnings'> & { record: PublishedFile },
  publicUrl: string,
  indexed: boolean,
) {
  const { record } = published;
  const { owner, repository } = record;
  const description = describePackage(published, publicUrl, indexed);
  const organizationUrl = `${publicUrl}/v2/packages/organizations/${owner}`;
  const registryId = stableUuid(`registry ${owner}/${repository}`);
  return {
    id: stableUuid(`package ${packageKey(record)}`),
    web_url: description.url,
    ...description,
    created_at: new Date(record.publishedAt * 1000).toISOString(),
    organization: {
      id: stableUuid(`organization ${owner}`),
      slug: owner,
      url: organizationUrl,
      web_url: `${publicUrl}/${owner}`,
    },
    registry: {
      id: registryId,
      graphql_id: Buffer.from(`Registry---${registryId}`).toString('base64'),
      slug: repository,
      name: repository,
      type: 'alpine',
      ecosystem: 'alpine',
      url: `${organizationUrl}/registries/${repository}`,
      web_url: `${publicUrl}/${owner}/${BUILDKITE_BRANCH}/${repository}`,
    },
  };
}
