import { packageKey } from './object-keys.ts';
import type { PackageBucket, PackageFileName, Records } from './ports.ts';
import { RegistryError } from './registry-error.ts';

export interface DeletePorts {
  packages: PackageBucket;
  records: Records;
}

/**
 * Takes a published file out of its repository (DESIGN "A package's life", D1 to D3); the event of the
 * removed object takes it out of the index. A delete that died half-way is finished by the next one.
 * @throws RegistryError `not-found`
 */
export async function deletePackage(
  file: PackageFileName,
  { packages, records }: DeletePorts,
): Promise<void> {
  const key = packageKey(file);
  const [record] = await records.read([file]);
  const isOurs =
    record?.state === 'live'
      ? await records.transition(file, record.claim, 'live', 'deleting')
      : record?.state === 'deleting' && (await packages.head(key)) !== undefined;
  if (!isOurs) {
    throw new RegistryError(
      'not-found',
      `${key} is not published here. Look it up in the index of its repository.`,
    );
  }
  await packages.delete(key);
}
