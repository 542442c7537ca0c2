import { LEASE_SECONDS } from '#registry/new-record.ts';
import type { RepositoryName } from '#registry/ports.ts';
import { type PublishPorts, publishPackage } from '#registry/publish-package.ts';
import { buildPackage } from '#test/support/build-package.ts';
import type { TestRegistry } from '#test/support/registry-ports.ts';
import { fileOf } from '#test/support/registry-state.ts';

let repositories = 0;
/** One that no other test has. */
export const newRepository = (): RepositoryName => ({
  owner: 'acme',
  branch: 'v3.22',
  repository: `repo${repositories++}`,
});

export const fooIn = ({ owner, branch, repository }: RepositoryName) =>
  fileOf(`${owner}/${branch}/${repository}/x86_64/foo-1.0-r0.apk`);

/** The same package, but for what is in its file. */
export const foo = (marker: string) => buildPackage({ name: 'foo', files: { 'usr/share/foo': marker } });

/** Publishes at a registry, where some of its ports may do something else. */
export const publishAt =
  (registry: () => TestRegistry) =>
  (repository: RepositoryName, file: Uint8Array, ports: Partial<PublishPorts> = {}) =>
    publishPackage({ repository, file, publishedBy: 'tester' }, { ...registry().ports, ...ports });

/** The clock of somebody for whom every lease of now has ended. */
export const afterTheLease = () => Date.now() + (LEASE_SECONDS + 2) * 1000;
