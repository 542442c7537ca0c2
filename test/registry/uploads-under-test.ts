import { createHash } from 'node:crypto';
import { ingestAdapters } from '#aws/ingest-adapters.ts';
import { closeClients, standInClients } from '#aws/stand-in-clients.ts';
import { createUpload } from '#registry/create-upload.ts';
import { ingestUpload } from '#registry/ingest-upload.ts';
import type { Upload } from '#registry/uploads.ts';
import { injectFault } from '#test/support/faulty-clients.ts';
import { Died } from '#test/support/interrupted.ts';
import { ENVIRONMENT, silentObserver, type TestRegistry } from '#test/support/registry-ports.ts';

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let repositories = 0;
/** One that no other test has. */
export const newRepository = () => ({
  owner: 'acme',
  branch: 'edge',
  repository: `uploads${repositories++}`,
});

/** Begins an upload of a file, and sends it to its URL. */
export async function uploadFile(
  file: Buffer,
  { ports }: TestRegistry,
  repository = newRepository(),
  tokenId?: string,
): Promise<Upload> {
  const announced = { size: file.length, sha256: sha256Of(file) };
  const origin = { repository, publishedBy: 'tester', tokenId, from: '192.0.2.7' };
  const created = await createUpload({ ...origin, ...announced }, ports);
  if (!('put' in created)) throw new Error('It is to come in parts');
  const { url, headers } = created.put;
  const { status } = await fetch(url, { method: 'PUT', headers, body: file });
  if (status !== 200) throw new Error(`The upload was answered ${status}`);
  return created.upload;
}

/** One delivery of an upload's event to a process that dies after a call, if it gets so far. @returns the calls it made */
export async function ingestAndDie(
  { id }: Upload,
  { standIns }: TestRegistry,
  at = Number.POSITIVE_INFINITY,
): Promise<{ calls: string[]; died: boolean }> {
  const { endpoints, accessKeyId } = standIns;
  const clients = standInClients({ ...endpoints, accessKeyId, region: 'local' });
  const { calls } = injectFault(clients, { kind: 'kill after', at });
  const ports = {
    ...ingestAdapters(ENVIRONMENT, clients, clients),
    clock: Date.now,
    observer: silentObserver,
  };
  try {
    await ingestUpload(id, ports);
    return { calls, died: false };
  } catch (error) {
    if (!(error instanceof Died)) throw error;
    return { calls, died: true };
  } finally {
    closeClients(clients);
  }
}
