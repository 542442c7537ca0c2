import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type PackageReport, readPackage } from '#apk/package.ts';
import { findSigner } from '#apk/package-signer.ts';
import { checkPackage } from './check-package.ts';
import { FolderRepository } from './folder-repository.ts';
import type { OpenFile, Repository } from './repository.ts';
import { RepositoryFault } from './repository-fault.ts';
import type { SourcePackage } from './source-packages.ts';
import type { Trust } from './trust-options.ts';

/** A checked package in a file of this machine. */
export interface FetchedPackage {
  path: string;
  report: PackageReport;
  /** Removes the file, if it was made for this. */
  remove(): Promise<void>;
}

interface FetchOptions {
  trust: Trust;
  /** Where files are put that are not on this machine already. */
  folder: string;
  signal: AbortSignal;
}

/**
 * Fetches a package into a file and checks it on the way, in constant memory.
 * @throws RepositoryFault, ApkFormatError, RefusalError, UnreachableError; the signal's reason
 */
export async function fetchPackage(
  repository: Repository,
  source: SourcePackage,
  { trust, folder, signal }: FetchOptions,
): Promise<FetchedPackage> {
  const file = await openFirst(repository, source.paths, signal);
  if (repository instanceof FolderRepository) {
    const report = await check(file, source, trust);
    return { path: file.location, report, remove: async () => {} };
  }
  const path = join(folder, `${randomUUID()}.apk`);
  const remove = () => rm(path, { force: true });
  try {
    const chunks = writingTo(path, file.chunks);
    return { path, report: await check({ ...file, chunks }, source, trust), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function openFirst(
  repository: Repository,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<OpenFile> {
  for (const path of paths) {
    const file = await repository.open(path, signal);
    if (file !== undefined) return file;
  }
  throw new RepositoryFault('missing', 'is not there, though the index lists it');
}

/** The chunks, each written to a file before it is given on. */
async function* writingTo(path: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of chunks) {
      await file.appendFile(chunk);
      yield chunk;
    }
  } finally {
    await file.close();
  }
}

/** A package without an index is trusted by its own signature, as by `apk add FILE`. */
async function check(file: OpenFile, { entry }: SourcePackage, trust: Trust): Promise<PackageReport> {
  if (entry !== undefined) return checkPackage(file, entry);
  const report = await readPackage(file.chunks);
  if (!trust.allowUntrusted && findSigner(report, [...trust.keys.values()]) === undefined)
    throw new RepositoryFault('unsigned', 'is in no index, and has no signature of a key that is trusted');
  return report;
}
