import { packageKey } from './object-keys.ts';
import type { Observer } from './observer.ts';
import type { PackageBucket, PackageFileName, PackageRecord, Records } from './ports.ts';
import { RegistryError } from './registry-error.ts';

export interface DeletePorts {
  packages: PackageBucket;
  records: Records;
  observer: Observer;
}

/**
 * Takes a published file out of its repository (DESIGN "A package's life", D1 to D3); the event of the
 * removed object takes it out of the index. A delete that died half-way is finished by the next one.
 * @throws RegistryError `not-found`, `being-deleted`
 */
export async function deletePackage(file: PackageFileName, ports: DeletePorts): Promise<void> {
  await removeFile(file, ports);
  ports.observer.deleted(file);
}

async function removeFile(file: PackageFileName, { packages, records }: DeletePorts): Promise<void> {
  const key = packageKey(file);
  // Before the record is read: what was there then is not what somebody publishes after this delete has ended.
  const object = await packages.head(key);
  const [record] = await records.read([file]);
  if (record?.state === 'live') {
    if (!(await mark(record, records))) throw notFound(key);
  } else if (record?.state !== 'deleting' || object === undefined) {
    throw notFound(key);
  }
  if (await packages.delete(key, object?.etag)) return;
  const [current] = await records.read([file]);
  if (current?.claim === record.claim && (await packages.head(key)) !== undefined) {
    throw new RegistryError(
      'being-deleted',
      `${key} was written at the same time and is still there. Send the DELETE again.`,
    );
  }
}

/** D1; the mark of another request for the same, or of a lost answer's first try, is as good. */
async function mark(record: PackageRecord, records: Records): Promise<boolean> {
  if (await records.transition(record, record.claim, 'live', 'deleting')) return true;
  const [current] = await records.read([record]);
  return current?.claim === record.claim && current.state === 'deleting';
}

const notFound = (key: string) =>
  new RegistryError(
    'not-found',
    `${key} is not published here. Look it up in the index of its repository; what says A:noarch there is deleted under noarch/.`,
  );
