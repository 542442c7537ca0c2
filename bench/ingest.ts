import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createUpload } from '#registry/create-upload.ts';
import { ENVIRONMENT, startPorts, type TestRegistry } from '#test/support/registry-ports.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { besideScript, SCRIPT_COLUMNS } from './beside-script.ts';
import { bundleChild, connectionTo, runChild, timeProgram } from './child-programs.ts';
import type { Ingestion } from './children/ingest-upload.ts';
import { type Content, samplePackage } from './sample-package.ts';
import { tableOf } from './table.ts';

const MB = 1_000_000;
const COLUMNS = ['upload', 'handler ms', 'of it copy', ...SCRIPT_COLUMNS];

/**
 * What publishing an upload takes from its event to its end, in a process that runs the handler alone: reading it
 * from S3's stand-in, validating, and having it copied; beside `sha256sum` and `gzip -t` over the same file.
 * Milliseconds; ratio and MB/s are without the copy, which is S3's work.
 */
export async function benchIngest(megabytes: number): Promise<string[]> {
  const { folder, remove } = await temporaryFolder();
  const registry = await startPorts();
  try {
    const handler = bundleChild('ingest-upload', folder);
    const rows: string[][] = [];
    for (const content of ['software', 'media'] as const) {
      rows.push(await measure({ registry, folder, handler, megabytes, content }));
    }
    return tableOf(COLUMNS, rows);
  } finally {
    await registry.close();
    await remove();
  }
}

interface Case {
  registry: TestRegistry;
  folder: string;
  handler: string;
  megabytes: number;
  content: Content;
}

async function measure({ registry, folder, handler, megabytes, content }: Case): Promise<string[]> {
  const file = join(folder, 'sample.apk');
  await pipeline(samplePackage(megabytes * MB, content), createWriteStream(file));
  const { size } = await stat(file);
  const id = await upload(file, { size, owner: content }, registry);
  const { milliseconds, copyMilliseconds, peakBytes } = await ingest(handler, id, registry);
  const ours = milliseconds - copyMilliseconds;
  const [sha256sum, gzip] = [timeProgram('sha256sum', file), timeProgram('gzip', file, ['-t'])];
  await rm(file);
  const beside = besideScript({ ours, sha256sum, gzip, size, peakBytes }, 0);
  const times = [milliseconds, copyMilliseconds].map((each) => each.toFixed(0));
  return [`${content}, ${(size / MB).toFixed(0)} MB`, ...times, ...beside];
}

async function upload(
  file: string,
  { size, owner }: { size: number; owner: string },
  { ports }: TestRegistry,
): Promise<string> {
  const sum = spawn('sha256sum', [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const sha256 = (await text(sum.stdout)).slice(0, 64);
  const repository = { owner, branch: 'edge', repository: 'bench' };
  const created = await createUpload(
    { repository, publishedBy: 'bench', from: undefined, size, sha256 },
    ports,
  );
  if (!('put' in created)) throw new Error('The sample is too large for one PUT');
  const { url, headers } = created.put;
  const sent = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const curl = spawn('curl', ['-sS', '--fail', '-T', file, ...sent, url], { stdio: 'inherit' });
  const [code] = await once(curl, 'exit');
  if (code !== 0) throw new Error(`curl ended with ${code}`);
  return created.upload.id;
}

async function ingest(handler: string, id: string, { standIns, ports }: TestRegistry): Promise<Ingestion> {
  const args = [connectionTo(standIns), JSON.stringify(ENVIRONMENT), id];
  const ingestion = await runChild<Ingestion>(handler, args);
  const { state, outcome } = (await ports.uploads.find(id)) ?? {};
  if (state !== 'published') throw new Error(`The upload is ${state}: ${JSON.stringify(outcome)}`);
  return ingestion;
}
