import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isArchitecture } from '#apk/names.ts';
import type { OpenFile, Repository } from './repository.ts';
import { RepositoryFault } from './repository-fault.ts';

const READ_BYTES = 256 * 1024;

/** A repository in a folder of this machine. */
export class FolderRepository implements Repository {
  /** Absolute path. */
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  get name(): string {
    return this.folder;
  }

  /** Those that it has a folder of. */
  async architectures(): Promise<readonly string[]> {
    const entries = await readdir(this.folder, { withFileTypes: true });
    const folders = entries.filter((entry) => !entry.isFile() && isArchitecture(entry.name));
    return folders.map(({ name }) => name).sort();
  }

  /** The names of the packages in the folder of an architecture. */
  async packageFiles(arch: string): Promise<string[]> {
    const names = await readdir(join(this.folder, arch)).catch(emptyWithout);
    return names.filter((name) => name.endsWith('.apk')).sort();
  }

  async open(path: string, signal?: AbortSignal): Promise<OpenFile | undefined> {
    const location = join(this.folder, path);
    // Opening a pipe would wait for whoever writes into it.
    const stats = await stat(location).catch(undefinedWithout);
    if (stats === undefined) return undefined;
    if (!stats.isFile()) throw new RepositoryFault('unreadable', 'is not a file');
    const file = await open(location, 'r').catch(refuseUnreadable);
    const chunks = file.createReadStream({ highWaterMark: READ_BYTES, signal });
    return { size: stats.size, location, chunks, discard: () => void chunks.destroy() };
  }

  close(): void {}
}

const isMissing = (error: NodeJS.ErrnoException): boolean =>
  error.code === 'ENOENT' || error.code === 'ENOTDIR';

function undefinedWithout(error: NodeJS.ErrnoException): undefined {
  if (!isMissing(error)) refuseUnreadable(error);
}

function refuseUnreadable(error: NodeJS.ErrnoException): never {
  throw new RepositoryFault('unreadable', `cannot be read: ${error.message}`, { cause: error });
}

function emptyWithout(error: NodeJS.ErrnoException): string[] {
  if (isMissing(error)) return [];
  throw error;
}
