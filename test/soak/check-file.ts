import { setTimeout as pause } from 'node:timers/promises';
import { ApkFormatError } from '#apk/apk-format-error.ts';
import type { IndexEntry } from '#apk/index-entry.ts';
import { checkPackage } from '#cli/repository/check-package.ts';
import { RepositoryFault } from '#cli/repository/repository-fault.ts';
import { packageFile } from '#registry/object-keys.ts';
import { MAX_INDEX_AGE_MS } from './check-index.ts';
import type { VerifyReader } from './verify-reader.ts';

const LOOK_AGAIN_MS = 50;

/**
 * Reads a file that an index lists. That it is missing, or another one, is a fault only if the index, read again
 * after that, goes on listing it for longer than an index may be kept.
 */
export async function checkFile(entry: IndexEntry, arch: string, reader: VerifyReader): Promise<void> {
  const { findings, disturbances } = reader.context;
  const path = `/${reader.repository}/${entry.info.arch}/${packageFile(entry.info)}`;
  const missedAt = Date.now();
  let wrong = await wrongWith(entry, path, reader);
  if (wrong === undefined) return;
  findings.count('read, file with verify, deleted since the index');
  while (await isListed(entry, arch, reader)) {
    wrong = await wrongWith(entry, path, reader);
    if (wrong === undefined) break;
    if (disturbances.calmSince(missedAt) > MAX_INDEX_AGE_MS) {
      findings.fault(`an index goes on listing what ${wrong}`, path);
      return;
    }
    await pause(LOOK_AGAIN_MS);
  }
  findings.took('listed though deleted', disturbances.calmSince(missedAt));
}

/** @returns why apk would not take the file; `undefined` for one that is right, or that nobody could ask for */
async function wrongWith(entry: IndexEntry, path: string, reader: VerifyReader): Promise<string | undefined> {
  const { findings, ledger } = reader.context;
  const wrong = await reader.attempt(path, 'file', async () => {
    const file = await reader.files.open(`${entry.info.arch}/${packageFile(entry.info)}`);
    if (file === undefined) return 'is not there';
    try {
      const { sha256 } = await checkPackage(file, entry);
      const standing = ledger.find(path.slice(1))?.standing;
      const isKept = standing?.is === 'kept' && standing.identity.checksum === entry.checksum;
      return isKept && standing.identity.sha256 !== sha256
        ? 'has other bytes than were published'
        : undefined;
    } catch (error) {
      if (error instanceof RepositoryFault || error instanceof ApkFormatError) return error.message;
      throw error;
    }
  });
  if (wrong === 'failed') return undefined;
  if (wrong === undefined) findings.count('read, file with verify');
  return wrong;
}

async function isListed(
  { info, checksum }: IndexEntry,
  arch: string,
  reader: VerifyReader,
): Promise<boolean> {
  const index = await reader.readIndex(arch);
  return index?.entries.some((each) => each.info.name === info.name && each.checksum === checksum) ?? false;
}
