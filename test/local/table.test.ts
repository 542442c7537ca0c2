import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { Level } from 'level';
import { startTable } from '#local/table.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { killAfterLines } from './support.ts';
import { ACCESS_KEY_ID, getItem, putItem, query, tableClient } from './table-client.ts';

let folder: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ folder, remove } = await temporaryFolder());
});
afterEach(() => remove());

const item = (sk: string) => ({ pk: { S: 'a' }, sk: { S: sk } });

test('items are there again after a restart', async () => {
  const options = { folder: join(folder, 'deep', 'table'), tableName: 'test', accessKeyId: ACCESS_KEY_ID };
  const first = await startTable(options);
  const client = tableClient(first.endpoint);
  await putItem(client, { TableName: 'test', Item: item('1') });
  client.destroy();
  await first.close();

  const second = await startTable(options);
  const again = tableClient(second.endpoint);
  expect((await getItem(again, { TableName: 'test', Key: item('1') })).Item).toEqual(item('1'));
  again.destroy();
  await second.close();
});

test('a write on a condition is refused when it does not hold', async () => {
  const table = await startTable({ folder, tableName: 'test', accessKeyId: ACCESS_KEY_ID });
  const client = tableClient(table.endpoint);
  const input = { TableName: 'test', Item: item('1'), ConditionExpression: 'attribute_not_exists(pk)' };
  await putItem(client, input);
  await expect(putItem(client, input)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  client.destroy();
  await table.close();
});

test.each([
  ['all that there is', {}],
  ['a page of it', { Limit: 1 }],
])('a query for %s leaves no iterator of the database open', async (_, page) => {
  const table = await startTable({ folder, tableName: 'test', accessKeyId: ACCESS_KEY_ID });
  const client = tableClient(table.endpoint);
  for (const sk of ['1', '2', '3']) await putItem(client, { TableName: 'test', Item: item(sk) });
  const values = jest.spyOn(Level.prototype, 'values');

  await query(client, {
    TableName: 'test',
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: 'a' } },
    ...page,
  });
  expect(values.mock.results).toHaveLength(1);
  await expect(values.mock.results[0]?.value.next()).rejects.toMatchObject({
    code: 'LEVEL_ITERATOR_NOT_OPEN',
  });

  values.mockRestore();
  client.destroy();
  await table.close();
});

test('killed while it writes, the table starts again with every item it confirmed', async () => {
  const confirmed: string[] = [];
  for (const lines of [1, 5, 60]) {
    confirmed.push(
      ...(await killAfterLines('write-items.ts', [folder, String(confirmed.length * 1000)], lines)),
    );
  }
  const table = await startTable({ folder, tableName: 'test', accessKeyId: ACCESS_KEY_ID });
  const client = tableClient(table.endpoint);
  for (const sk of confirmed) {
    expect((await getItem(client, { TableName: 'test', Key: item(sk) })).Item).toEqual(item(sk));
  }
  client.destroy();
  await table.close();
});

test('a table whose creation was cut short is made again, and the unfinished one is kept aside', async () => {
  const options = { folder: join(folder, 'table'), tableName: 'test', accessKeyId: ACCESS_KEY_ID };
  await killAfterLines('create-table.ts', [options.folder], 1);
  const table = await startTable(options);
  const client = tableClient(table.endpoint);
  await putItem(client, { TableName: 'test', Item: item('1') });
  expect(await readdir(folder)).toEqual(['table', expect.stringMatching(/^table-unfinished-/)]);
  client.destroy();
  await table.close();
});

test('a client that hangs up in the middle of a request takes nothing down', async () => {
  const table = await startTable({ folder, tableName: 'test', accessKeyId: ACCESS_KEY_ID });
  const hangingUp = request(table.endpoint, { method: 'POST', headers: { 'content-length': 100 } });
  hangingUp.on('error', () => {});
  hangingUp.write('half of it');
  const closed = new Promise((resolve) => hangingUp.on('close', resolve));
  hangingUp.on('socket', (socket) => socket.on('connect', () => hangingUp.destroy()));
  await closed;
  const client = tableClient(table.endpoint);
  await putItem(client, { TableName: 'test', Item: item('1') });
  client.destroy();
  await table.close();
});

test('whoever is on the machine and does not know the access key reads and writes nothing, nor does a page in a browser', async () => {
  const table = await startTable({ folder, tableName: 'test', accessKeyId: ACCESS_KEY_ID });
  const stranger = tableClient(table.endpoint, 'another');
  await expect(putItem(stranger, { TableName: 'test', Item: item('1') })).rejects.toMatchObject({
    name: 'UnrecognizedClientException',
  });
  const page = { origin: 'https://page.example', 'access-control-request-headers': 'authorization' };
  const preflight = await fetch(table.endpoint, { method: 'OPTIONS', headers: page });
  expect(preflight.ok).toBe(false);
  expect(preflight.headers.has('access-control-allow-origin')).toBe(false);
  const client = tableClient(table.endpoint);
  expect((await getItem(client, { TableName: 'test', Key: item('1') })).Item).toBeUndefined();
  for (const each of [stranger, client]) each.destroy();
  await table.close();
});
