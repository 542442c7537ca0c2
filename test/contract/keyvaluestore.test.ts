import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DescribeKeyValueStoreCommand,
  ListKeysCommand,
  UpdateKeysCommand,
  type UpdateKeysCommandInput,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import { standInClients } from '#aws/stand-in-clients.ts';
import { KeyValueStore } from '#local/key-value-store.ts';
import { createKeyValueStoreEndpoint } from '#local/keyvaluestore-endpoint.ts';
import { listen } from '#local/listen.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const KvsARN = 'arn:aws:cloudfront::123456789012:key-value-store/readers';
const accessKeyId = randomUUID();

async function start(folder: string) {
  const onError = (error: unknown) => {
    throw error;
  };
  const store = await KeyValueStore.open(folder);
  const server = await listen(createKeyValueStoreEndpoint({ store, arn: KvsARN, accessKeyId, onError }));
  const client = clientOf(server.url, accessKeyId);
  const close = async () => {
    client.destroy();
    await server.close();
  };
  return { url: server.url, client, close };
}

/** As on one machine: the client's own rules put the account's number before the host of an endpoint. */
const clientOf = (url: string, id: string) =>
  standInClients({
    s3: url,
    dynamodb: url,
    kms: url,
    cloudfront: url,
    keyvaluestore: url,
    region: 'local',
    accessKeyId: id,
  }).keyvaluestore;

let folder: string;
let remove: () => Promise<void>;
let running: Awaited<ReturnType<typeof start>>;
beforeEach(async () => {
  ({ folder, remove } = await temporaryFolder());
  running = await start(join(folder, 'readers'));
});
afterEach(async () => {
  await running.close();
  await remove();
});

const describeStore = () => running.client.send(new DescribeKeyValueStoreCommand({ KvsARN }));
const list = async (query: { MaxResults?: number; NextToken?: string | undefined } = {}) =>
  running.client.send(new ListKeysCommand({ KvsARN, ...query }));
async function update(input: Partial<UpdateKeysCommandInput>) {
  const { ETag: IfMatch } = await describeStore();
  return running.client.send(new UpdateKeysCommand({ KvsARN, IfMatch, ...input }));
}
const pair = (Key: string, Value = 'x') => ({ Key, Value });

test('what is put is listed, and counted in characters and pairs', async () => {
  expect(await update({ Puts: [pair('b', 'ü'), pair('a', '1')] })).toMatchObject({
    ItemCount: 2,
    TotalSizeInBytes: 5,
  });
  expect((await list()).Items).toEqual([pair('a', '1'), pair('b', 'ü')]);
  expect(await describeStore()).toMatchObject({ KvsARN, ItemCount: 2, TotalSizeInBytes: 5, Status: 'READY' });
});

test('puts and deletes of one update are made at once', async () => {
  await update({ Puts: [pair('a'), pair('b')] });
  await update({ Puts: [pair('a', 'y'), pair('c')], Deletes: [{ Key: 'b' }] });
  expect((await list()).Items).toEqual([pair('a', 'y'), pair('c')]);
});

test('an update holds only on the version that it names, and says the next one', async () => {
  const { ETag: first } = await describeStore();
  const { ETag: second } = await update({ Puts: [pair('a')] });
  expect(second).not.toBe(first);
  expect((await describeStore()).ETag).toBe(second);
  await expect(update({ IfMatch: first, Puts: [pair('a', 'late')] })).rejects.toMatchObject({
    name: 'ConflictException',
  });
  expect((await list()).Items).toEqual([pair('a')]);
});

test('of many updates of one version, one holds', async () => {
  const { ETag: IfMatch } = await describeStore();
  const updates = Array.from({ length: 8 }, (_, i) => update({ IfMatch, Puts: [pair('a', String(i))] }));
  const outcomes = await Promise.allSettled(updates);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('a long list is read page by page', async () => {
  const keys = Array.from({ length: 7 }, (_, i) => `k${i}`);
  await update({ Puts: keys.map((key) => pair(key)) });
  const read: (string | undefined)[] = [];
  let NextToken: string | undefined;
  do {
    const page = await list({ MaxResults: 3, NextToken });
    expect(page.Items?.length).toBeLessThanOrEqual(3);
    read.push(...(page.Items ?? []).map(({ Key }) => Key));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  expect(read).toEqual(keys);
});

const many = (count: number) => Array.from({ length: count }, (_, i) => pair(`k${i}`));
test.each([
  ['51 keys', { Puts: many(51) }, 'ValidationException'],
  ['no key', {}, 'ValidationException'],
  ['a key twice', { Puts: [pair('a')], Deletes: [{ Key: 'a' }] }, 'ValidationException'],
  ['a key of 513 characters', { Puts: [pair('k'.repeat(513))] }, 'ValidationException'],
  ['a value of 1,025 characters', { Puts: [pair('a', 'v'.repeat(1025))] }, 'ValidationException'],
  ['a delete of what is not there', { Deletes: [{ Key: 'none' }] }, 'ResourceNotFoundException'],
])('%s is refused, and changes nothing', async (_what, input, name) => {
  await expect(update(input)).rejects.toMatchObject({ name });
  expect((await list()).Items).toEqual([]);
});

test('the most that is taken is taken', async () => {
  await update({ Puts: [...many(49), pair('k'.repeat(512), 'v'.repeat(1024))] });
  expect((await describeStore()).ItemCount).toBe(50);
});

test('another store, and another access key id, are refused', async () => {
  const other = `${KvsARN}2`;
  await expect(running.client.send(new ListKeysCommand({ KvsARN: other }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  const stranger = clientOf(running.url, 'stranger');
  await expect(stranger.send(new ListKeysCommand({ KvsARN }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
  stranger.destroy();
});

test('what is in it is there after a restart, and is for its owner alone', async () => {
  await update({ Puts: [pair('a', '1')] });
  await running.close();
  running = await start(join(folder, 'readers'));
  expect((await list()).Items).toEqual([pair('a', '1')]);
  expect((await stat(join(folder, 'readers', 'pairs.json'))).mode & 0o777).toBe(0o600);
});
