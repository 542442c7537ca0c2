import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

const READ_BYTES = 256 * 1024;

/** Some of a file's bytes, or all. */
export interface FilePart {
  path: string;
  /** Where it begins. */
  start: number;
  /** Bytes. */
  size: number;
}

/** A file that is not there, cannot be read or changes while it is; the message names it. */
export class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFileError';
}

/**
 * The bytes of a part, and that many; what `onRead` is told are those taken so far.
 * @throws UnreadableFileError
 */
export async function* readPart(
  { path, start, size }: FilePart,
  onRead: (bytes: number) => void = () => {},
): AsyncGenerator<Buffer> {
  if (size === 0) return;
  let read = 0;
  try {
    for await (const bytes of createReadStream(path, {
      start,
      end: start + size - 1,
      highWaterMark: READ_BYTES,
    })) {
      yield bytes as Buffer;
      read += (bytes as Buffer).length;
      onRead(read);
    }
  } catch (error) {
    throw unreadable(path, error as Error);
  }
  if (read < size) throw new UnreadableFileError(`${path} became shorter while it was read.`);
}

/** @throws UnreadableFileError for what is not there, or no file */
export async function fileSize(path: string): Promise<number> {
  const found = await stat(path).catch((error) => Promise.reject(unreadable(path, error)));
  if (found.isDirectory()) {
    throw new UnreadableFileError(
      `${path} is a folder: say its packages, ${path.replace(/\/*$/, '')}/*.apk.`,
    );
  }
  if (!found.isFile())
    throw new UnreadableFileError(`${path} is no file whose size is known before it is read.`);
  return found.size;
}

/** Lower-case hex SHA-256 of a whole file. @throws UnreadableFileError; the signal's reason */
export async function hashFile(
  part: FilePart,
  { signal, onRead }: { signal?: AbortSignal | undefined; onRead?: (bytes: number) => void } = {},
): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of readPart(part, onRead)) {
    signal?.throwIfAborted();
    hash.update(bytes);
  }
  return hash.digest('hex');
}

function unreadable(path: string, error: Error): UnreadableFileError {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' && /[*?[\]]/.test(path)) {
    return new UnreadableFileError(`${path} matches nothing: the shell has left it as it is.`, {
      cause: error,
    });
  }
  const reason = code === 'ENOENT' ? 'is not there' : `cannot be read: ${error.message}`;
  return new UnreadableFileError(`${path} ${reason}`, { cause: error });
}
