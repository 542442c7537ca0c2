/**
 * The least that a server can do with a file that it must not lose: reads it, hashes it, writes it to the disk, and
 * answers 201. Argument: the folder to write into. Prints `ready on http://127.0.0.1:{port}`.
 */
import { createHash, randomUUID } from 'node:crypto';
import { open, rename } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

const [, , folder = ''] = process.argv;

async function store(body: Buffer): Promise<string> {
  const sha256 = createHash('sha256').update(body).digest('hex');
  const file = join(folder, randomUUID());
  const handle = await open(file, 'wx');
  await handle.writeFile(body);
  await handle.sync();
  await handle.close();
  await rename(file, join(folder, sha256));
  return sha256;
}

const server = createServer(async (request, response) => {
  const sha256 = await store(await buffer(request));
  response.writeHead(201).end(sha256);
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`ready on http://127.0.0.1:${port}\n`);
});
