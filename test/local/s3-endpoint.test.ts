import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { SQSEvent } from 'aws-lambda';
import { EventJournal } from '#local/event-journal.ts';
import { EventQueue } from '#local/event-queue.ts';
import { type Listening, listen } from '#local/listen.ts';
import { ObjectStore } from '#local/object-store.ts';
import { createS3Endpoint } from '#local/s3-endpoint.ts';
import { announceTo } from '#local/s3-event.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const region = 'eu-central-1';
const accessKeyId = randomUUID();
const presigning = { accessKeyId: randomUUID(), secretAccessKey: randomUUID() };
const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20300101/${region}/s3/aws4_request, SignedHeaders=host, Signature=00`;

let folder: string;
let remove: () => Promise<void>;
let server: Listening;
let store: ObjectStore;
let queue: EventQueue;
let journal: EventJournal;
const records: SQSEvent['Records'] = [];

beforeAll(async () => {
  ({ folder, remove } = await temporaryFolder());
  journal = await EventJournal.open(join(folder, 'journal'));
  queue = new EventQueue({
    handler: async ({ Records }) => {
      records.push(...Records);
      return { batchItemFailures: [] };
    },
    acknowledge: (entry) => journal.remove(entry),
    onError: () => {},
    queueArn: 'arn:aws:sqs:eu-central-1:000000000000:index',
    region,
    batchWindow: 0,
    retryDelay: 1,
    maxRetryDelay: 1,
  });
  const announce = announceTo(
    [{ bucket: 'packages', events: ['ObjectCreated:', 'ObjectRemoved:'], suffix: '.apk', journal, queue }],
    region,
  );
  store = await ObjectStore.open(join(folder, 'data'), ['packages'], announce);
  server = await listen(createS3Endpoint({ store, accessKeyId, presigning, onError: () => {} }));
});
afterAll(async () => {
  await server.close();
  await queue.close();
  await remove();
});

const call = (path: string, init: RequestInit = {}) =>
  fetch(server.url + path, { ...init, headers: { authorization, ...init.headers } });

test('a plus in a path is a space, as in S3, and %2B is the plus', async () => {
  await call('/packages/a+b', { method: 'PUT', body: 'space' });
  await call('/packages/a%2Bb', { method: 'PUT', body: 'plus' });
  expect(await (await call('/packages/a%20b')).text()).toBe('space');
  expect(await (await call('/packages/a%2Bb')).text()).toBe('plus');
});

test('who has no access key, or another, gets nothing', async () => {
  const anonymous = await fetch(`${server.url}/packages/a%2Bb`);
  expect(anonymous.status).toBe(403);
  expect(await anonymous.text()).toContain('<Code>AccessDenied</Code>');
  const stranger = await call('/packages/a%2Bb', {
    headers: { authorization: authorization.replace(accessKeyId, 'stranger') },
  });
  expect(stranger.status).toBe(403);
  expect(await stranger.text()).toContain('<Code>InvalidAccessKeyId</Code>');
});

test('an aws-chunked body is decoded, and its trailing checksum verified', async () => {
  const send = (checksum: string) =>
    call('/packages/chunked', {
      method: 'PUT',
      headers: {
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-decoded-content-length': '11',
        'x-amz-trailer': 'x-amz-checksum-sha256',
        'content-encoding': 'aws-chunked',
      },
      body: `6\r\nhello \r\n5;chunk-signature=0\r\nworld\r\n0\r\nx-amz-checksum-sha256:${checksum}\r\n\r\n`,
    });
  const refused = await send(createHash('sha256').update('other').digest('base64'));
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('BadDigest')]);
  expect((await send(createHash('sha256').update('hello world').digest('base64'))).status).toBe(200);
  expect(await (await call('/packages/chunked')).text()).toBe('hello world');
});

test.each([
  'zz\r\n',
  '5\r\nhel',
  '3\r\nhello\r\n0\r\n\r\n',
  'f'.repeat(10_000),
  '3\r\nabc\r\n0\r\nnonsense\r\n\r\n',
])('an aws-chunked body that cannot be decoded is refused: %j', async (body) => {
  const answer = await call('/packages/chunked', {
    method: 'PUT',
    headers: {
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': '5',
    },
    body,
  });
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('IncompleteBody')]);
});

test('what is not implemented says so', async () => {
  for (const [method, path] of [
    ['PUT', '/packages/x?tagging'],
    ['POST', '/packages/x?restore'],
    ['POST', '/packages/x'],
    ['GET', '/packages/x?versionId=1'],
    ['GET', '/packages'],
  ] as const) {
    expect((await call(path, { method })).status).toBe(501);
  }
});

test('a key that is too long, or not UTF-8, is refused', async () => {
  expect(await (await call(`/packages/${'x'.repeat(1025)}`)).text()).toContain('KeyTooLongError');
  expect(await (await call('/packages/%ff')).text()).toContain('InvalidURI');
});

test('an upload that breaks off stores nothing and leaves nothing', async () => {
  const socket = connect(server.port, '127.0.0.1');
  socket.write(
    `PUT /packages/broken HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\ncontent-length: 100\r\n\r\n`,
  );
  socket.write('half');
  const files = () => readdir(join(folder, 'data'));
  while ((await files()).length === 1) await new Promise(setImmediate);
  socket.destroy();
  await once(socket, 'close');
  while ((await files()).length > 1) await new Promise(setImmediate);
  expect(store.head('packages', 'broken')).toBeUndefined();
});

test('a large body for a bucket that does not exist is answered, and the connection goes on', async () => {
  const refused = await call('/nowhere/x', { method: 'PUT', body: Buffer.alloc(2_000_000) });
  expect(refused.status).toBe(404);
  expect((await call('/packages/a%2Bb')).status).toBe(200);
});

test('what is stored and removed is told once each, in the words of S3, and nothing else is', async () => {
  records.length = 0;
  const path = '/packages/acme/v3.22/main/x86_64/libstdc%2B%2B-1%20~2.apk';
  await call(path, { method: 'PUT', body: 'hello' });
  await call(path, { method: 'PUT', body: 'refused', headers: { 'if-none-match': '*' } });
  await call('/packages/acme/v3.22/main/x86_64/APKINDEX.tar.gz', { method: 'PUT', body: 'index' });
  await call(path, { method: 'DELETE' });
  await call(path, { method: 'DELETE' });
  await queue.idle();
  const told = records.flatMap(({ body }) => JSON.parse(body).Records);
  const key = 'acme/v3.22/main/x86_64/libstdc%2B%2B-1+~2.apk';
  expect(told).toMatchObject([
    { eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'packages' }, object: { key, size: 5 } } },
    { eventName: 'ObjectRemoved:DeleteMarkerCreated', s3: { object: { key } } },
  ]);
  expect(told[0].s3.object.sequencer < told[1].s3.object.sequencer).toBe(true);
  expect(await readdir(join(folder, 'journal'))).toEqual([]);
});
