import { ApkFormatError, quote } from '#apk/apk-format-error.ts';
import type { IndexEntry } from '#apk/index-entry.ts';
import { NOARCH } from '#apk/names.ts';
import { type PackageReport, readPackage } from '#apk/package.ts';
import type { OpenFile } from './repository.ts';
import { RepositoryFault } from './repository-fault.ts';

/**
 * Reads a package and checks that it is what its index says, and all that apk checks besides; in constant memory.
 * @throws RepositoryFault `size-wrong`, `checksum-wrong`, `name-wrong`; ApkFormatError; what `chunks` throws
 */
export async function checkPackage(
  { size, chunks, discard }: OpenFile,
  entry: IndexEntry,
): Promise<PackageReport> {
  if (size !== undefined && size !== entry.size) {
    discard();
    throw sizeWrong(`${size} bytes`, entry);
  }
  const counted = boundedBy(entry, chunks);
  const report = await readPackage(counted.chunks).catch((error) => {
    const isShort = counted.read < entry.size && isCutOff(error);
    throw isShort ? sizeWrong(`${counted.read} bytes`, entry) : error;
  });
  if (report.size !== entry.size) throw sizeWrong(`${report.size} bytes`, entry);
  if (report.checksum !== entry.checksum)
    throw new RepositoryFault(
      'checksum-wrong',
      `has the checksum ${report.checksum}, but the index says ${quote(entry.checksum)}`,
    );
  checkNames(report, entry);
  return report;
}

/** Not a byte more than one too many is taken from whoever sends it. */
function boundedBy(entry: IndexEntry, chunks: AsyncIterable<Uint8Array>) {
  const counted = { read: 0, chunks: count() };
  async function* count(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      counted.read += chunk.length;
      if (counted.read > entry.size) throw sizeWrong('more bytes', entry);
      yield chunk;
    }
  }
  return counted;
}

const isCutOff = (error: unknown) =>
  error instanceof ApkFormatError && ['truncated', 'data-missing', 'empty-file'].includes(error.code);

const sizeWrong = (found: string, { size }: IndexEntry) =>
  new RepositoryFault('size-wrong', `has ${found}, but the index says ${size}`);

/** `apk index --rewrite-arch`, which Alpine uses, lists what runs everywhere as of the index's own architecture. */
function checkNames({ info }: PackageReport, entry: IndexEntry): void {
  for (const field of ['name', 'version', 'arch'] as const) {
    if (info[field] === entry.info[field] || (field === 'arch' && info.arch === NOARCH)) continue;
    throw new RepositoryFault(
      'name-wrong',
      `has the ${field} ${quote(info[field])}, but the index says ${quote(entry.info[field])}`,
    );
  }
}
