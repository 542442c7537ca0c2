import { setTimeout as pause } from 'node:timers/promises';
import { quote } from '#apk/apk-format-error.ts';
import type { UploadPorts } from './create-upload.ts';
import type { PackageBucket, Records, RepositoryName } from './ports.ts';
import { RegistryError } from './registry-error.ts';
import type { Upload } from './uploads.ts';
import { waitUntilIndexed } from './wait-until-indexed.ts';

const POLL_MS = 250;

/**
 * An upload of a repository.
 * @throws RegistryError `not-found`, also for one of another repository
 */
export async function findUpload(
  id: string,
  { owner, branch, repository }: RepositoryName,
  { uploads, clock }: Pick<UploadPorts, 'uploads' | 'clock'>,
): Promise<Upload> {
  const upload = await uploads.find(id);
  if (upload?.owner === owner && upload.branch === branch && upload.repository === repository) {
    return withExpiry(upload, clock());
  }
  throw new RegistryError(
    'not-found',
    `${owner}/${branch}/${repository} has no upload ${quote(id)}, or has forgotten it: they are kept for a week.`,
  );
}

/** An upload that never came is over, too, though nobody has written it down: a slow one may still arrive. */
function withExpiry(upload: Upload, now: number): Upload {
  if (upload.state !== 'waiting' || now <= upload.expiresAt * 1000) return upload;
  const until = new Date(upload.expiresAt * 1000).toISOString();
  const refusal = {
    code: 'upload-expired',
    message: `No file has arrived, and the URL was good until ${until}. Ask for another upload; if a transfer that began before is still under way, look again when it has ended.`,
  };
  return { ...upload, state: 'refused', outcome: { state: 'refused', refusal } };
}

/**
 * Says that all parts of an upload are there.
 * @throws RegistryError `parts-missing`, also for one that has no parts
 */
export async function completeUpload(upload: Upload, { incoming }: UploadPorts): Promise<void> {
  if (upload.parts === undefined) {
    throw new RegistryError(
      'parts-missing',
      'This upload has no parts: its file is validated when it arrives. GET it to see what came of it.',
    );
  }
  if (upload.outcome !== undefined) return;
  await incoming.completeParts(upload.id, upload.parts.multipart, upload.parts.count);
}

export interface FollowedUpload {
  upload: Upload;
  /** Whether every index is known to list what it has published. */
  indexed: boolean;
}

/**
 * Waits until an upload is refused, or its package is published and listed.
 * @param seconds how long at most
 */
export async function followUpload(
  upload: Upload,
  seconds: number,
  ports: Pick<UploadPorts, 'uploads' | 'clock'> & { packages: PackageBucket; records: Records },
): Promise<FollowedUpload> {
  const giveUpAt = ports.clock() + seconds * 1000;
  let current = upload;
  while (current.outcome === undefined && ports.clock() < giveUpAt) {
    await pause(POLL_MS);
    current = await findUpload(upload.id, upload, ports);
  }
  if (current.outcome?.state !== 'published') return { upload: current, indexed: false };
  const left = Math.max(0, giveUpAt - ports.clock()) / 1000;
  return { upload: current, indexed: await waitUntilIndexed(current.outcome.file, left, ports) };
}
