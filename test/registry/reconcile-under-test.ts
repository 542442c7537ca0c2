import { createHash } from 'node:crypto';
import type { PackageRecord, RepositoryName } from '#registry/ports.ts';
import { publishPackage } from '#registry/publish-package.ts';
import { type ReconcilePorts, reconcile } from '#registry/reconcile.ts';
import { updateIndexes } from '#registry/update-indexes.ts';
import { buildPackage, type PackageContents } from '#test/support/build-package.ts';
import { startPorts, type TestRegistry } from '#test/support/registry-ports.ts';
import { changeOf } from '#test/support/registry-state.ts';

/** When every lease of now has ended. */
export const later = () => Date.now() + 60 * 60 * 1000;

export const pathOf = ({ owner, branch, repository }: RepositoryName) => `${owner}/${branch}/${repository}`;

let repositories = 0;
export const newRepository = (owner = 'acme'): RepositoryName => ({
  owner,
  branch: 'edge',
  repository: `repo${repositories++}`,
});

/** A registry for the tests of one file, whose events are lost, and what breaks and reconciles it. */
export function registryToBreak() {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startPorts();
  });
  afterAll(() => registry.close());

  async function publish(
    repository: RepositoryName,
    contents: PackageContents = {},
    ports: Partial<ReconcilePorts> = {},
  ): Promise<PackageRecord> {
    const file = await buildPackage(contents);
    const request = { repository, file, publishedBy: 'tester' };
    return (await publishPackage(request, { ...registry.ports, ...ports })).record;
  }

  return {
    ports: () => registry.ports,
    clients: () => registry.standIns.clients,
    publish,
    /** Publishes, and handles the event. */
    async publishListed(repository: RepositoryName, contents: PackageContents = {}) {
      const record = await publish(repository, contents);
      await updateIndexes([changeOf(record)], registry.ports);
      return record;
    },
    /** Reconciles the whole registry; of the findings, those in one repository. */
    async reconciled(repository: RepositoryName, ports: Partial<ReconcilePorts> = {}) {
      const report = await reconcile({ ...registry.ports, ...ports });
      const isHere = ({ key }: { key: string }) => key.startsWith(`${pathOf(repository)}/`);
      return { healed: report.healed.filter(isHere), unexplained: report.unexplained.filter(isHere) };
    },
    stateOf: async (record: PackageRecord) => (await registry.ports.records.read([record]))[0]?.state,
    /** Stores an object, or replaces it, past the registry. */
    async putByHand(key: string, body: Uint8Array): Promise<void> {
      const { packages } = registry.ports;
      const sha256 = createHash('sha256').update(body).digest('hex');
      const there = await packages.head(key);
      const object = { body, sha256, contentType: 'a/b', cacheControl: '' };
      expect(await packages.put(key, object, there ? { etag: there.etag } : { absent: true })).toBe(true);
    },
  };
}
