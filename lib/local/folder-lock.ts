import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { realpath, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** macOS takes the fewest. */
const MAX_SOCKET_PATH_BYTES = 103;

export interface FolderLock {
  close(): Promise<void>;
}

/**
 * Keeps a folder for this process. The lock is a socket that somebody listens on, so it ends with its
 * process, however that ends, and a process id that was given again cannot be mistaken for the holder.
 * @throws Error that names the folder when another process has it
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = await socketPath(folder);
  const server = (await listenOn(path)) ?? (await replace(path));
  if (server === undefined)
    throw new Error(
      `${folder} is in use by another process. Stop that one, or choose another folder with --data or ALPENGLOW_DATA.`,
    );
  server.unref();
  return {
    async close() {
      server.close();
      await once(server, 'close');
    },
  };
}

/** In the folder itself, or elsewhere under a name of its own if that path is too long for a socket. */
async function socketPath(folder: string): Promise<string> {
  const inside = join(folder, 'lock');
  if (Buffer.byteLength(inside) <= MAX_SOCKET_PATH_BYTES) return inside;
  const name = createHash('sha256')
    .update(await realpath(folder))
    .digest('hex')
    .slice(0, 32);
  return join(tmpdir(), `alpenglow-${name}.sock`);
}

/** A socket file without a listener was left by a process that was killed. */
async function replace(path: string): Promise<Server | undefined> {
  if (await isListenedOn(path)) return undefined;
  await rm(path, { force: true });
  return listenOn(path);
}

/** @returns `undefined` when there is such a file */
async function listenOn(path: string): Promise<Server | undefined> {
  const server = createServer((connection) => connection.destroy());
  try {
    server.listen(path);
    await once(server, 'listening');
    return server;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
}

async function isListenedOn(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
