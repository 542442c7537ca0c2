import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '#aws/document-client.ts';
import { toItem } from '#aws/record-item.ts';
import type { PackageRecord } from '#registry/ports.ts';
import { publishPackage } from '#registry/publish-package.ts';
import { ENVIRONMENT, startPorts, type TestRegistry } from '#test/support/registry-ports.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { bundleChild, connectionTo, runChild } from './child-programs.ts';
import type { IndexWork, IndexWorked } from './children/update-index.ts';
import type { SampleFile } from './sample-files.ts';

const REPOSITORY = { owner: 'bench', branch: 'edge', repository: 'main' };
/** BatchWriteItem takes this many items. Source: Amazon DynamoDB API Reference, "BatchWriteItem". */
const MAX_BATCH = 25;

/**
 * What an index takes in a process that has nothing else to do: made of all records but the last `more`, and then
 * updated for each of these, once it is published.
 */
export async function timeWholeUpdates(
  files: readonly SampleFile[],
  more: number,
): Promise<{ rebuild: IndexWorked; update: IndexWorked }> {
  const { folder, remove } = await temporaryFolder();
  const registry = await startPorts();
  try {
    const program = bundleChild('update-index', folder);
    const run = (work: IndexWork) => {
      const connection = connectionTo(registry.standIns);
      return runChild<IndexWorked>(program, [connection, JSON.stringify(ENVIRONMENT), JSON.stringify(work)]);
    };
    await putRecords(files.slice(0, -more).map(recordOf), registry);
    const rebuild = await run({ rebuild: { ...REPOSITORY, arch: 'x86_64' } });
    const update: PackageRecord[] = [];
    for (const { body } of files.slice(-more)) update.push(await publish(body, registry));
    return { rebuild, update: await run({ update }) };
  } finally {
    await registry.close();
    await remove();
  }
}

async function publish(file: Buffer, { ports }: TestRegistry): Promise<PackageRecord> {
  const { record } = await publishPackage({ repository: REPOSITORY, file, publishedBy: 'bench' }, ports);
  return record;
}

const recordOf = ({ info, checksum, size, sha256 }: SampleFile): PackageRecord => ({
  ...REPOSITORY,
  name: info.name,
  version: info.version,
  arch: info.arch,
  state: 'live',
  claim: sha256.slice(0, 32),
  leaseUntil: 0,
  sha256,
  size,
  checksum,
  info,
  publishedBy: 'bench',
  publishedAt: 0,
});

/** As if published: an index is made of records, not of objects. */
async function putRecords(records: readonly PackageRecord[], { standIns }: TestRegistry): Promise<void> {
  const client = documentClient(standIns.clients.dynamodb);
  for (let i = 0; i < records.length; i += MAX_BATCH) {
    const items = records.slice(i, i + MAX_BATCH).map((record) => ({ PutRequest: { Item: toItem(record) } }));
    await client.send(new BatchWriteCommand({ RequestItems: { [ENVIRONMENT.TABLE_NAME]: items } }));
  }
}
