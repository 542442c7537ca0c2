import { adoptObjects } from '#registry/adopt-objects.ts';
import type { AdoptReport } from '#registry/adopt-report.ts';
import { packageKey } from '#registry/object-keys.ts';
import type { PackageFileName, RepositoryName } from '#registry/ports.ts';
import type { ReconcilePorts } from '#registry/reconcile.ts';
import { copyByHand } from '#test/support/by-hand.ts';
import { fileOf } from '#test/support/registry-state.ts';
import { pathOf, registryToBreak } from './reconcile-under-test.ts';

/** As `registryToBreak`, and what copies objects by hand and adopts them. */
export function registryToAdoptIn() {
  const registry = registryToBreak();
  const { ports, clients } = registry;
  return {
    ...registry,
    copy: (key: string, body: Uint8Array) => copyByHand(clients(), key, body),
    /** Adopts what is in one repository. */
    adopt: (repository: RepositoryName, others: Partial<ReconcilePorts> = {}): Promise<AdoptReport> =>
      adoptObjects(
        { prefix: `${pathOf(repository)}/`, stopAt: Number.POSITIVE_INFINITY },
        { ...ports(), ...others },
      ),
    recordOf: async (file: PackageFileName) => (await ports().records.read([file]))[0],
  };
}

export const fooIn = (repository: RepositoryName): PackageFileName =>
  fileOf(`${pathOf(repository)}/x86_64/foo-1.0-r0.apk`);

export const fooKeyIn = (repository: RepositoryName): string => packageKey(fooIn(repository));
