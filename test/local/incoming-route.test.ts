import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { presigningClient } from '#aws/stand-in-clients.ts';
import { createDelivery } from '#local/delivery.ts';
import { atIncomingBucket, incomingPath } from '#local/incoming-route.ts';
import { type Listening, listen } from '#local/listen.ts';
import { type ListeningS3, startListeningS3 } from '#test/support/listening-s3.ts';
import { rawRequest, sendRaw } from '#test/support/raw-request.ts';

let s3: ListeningS3;
let registry: Listening;
let atViewerFunction: string[];
beforeAll(async () => {
  s3 = await startListeningS3();
  registry = await listen(
    createDelivery({
      api: () => new Response('the API'),
      s3: s3.s3,
      bucket: 'packages',
      incoming: { bucket: 'incoming', s3Url: s3.url },
      accessKeyId: s3.accessKeyId,
      originSecret: 'known-to-the-delivery-alone',
      viewerFunction: async ({ request }) => {
        atViewerFunction.push(request.uri);
        return { statusCode: 418, statusDescription: 'seen', headers: {} };
      },
    }),
  );
});
afterAll(async () => {
  await registry.close();
  await s3.close();
});
beforeEach(() => {
  atViewerFunction = [];
});

/** What a user is told to PUT to. */
async function presign(Key: string, ContentLength: number, Bucket = 'incoming'): Promise<string> {
  const url = await getSignedUrl(s3.presigner, new PutObjectCommand({ Bucket, Key, ContentLength }));
  return registry.url + incomingPath(url, { bucket: 'incoming', s3Url: s3.url });
}

test("a file is sent to the registry's own address, by a URL that was presigned for S3", async () => {
  const url = await presign('libstdc++ é', 5);
  expect((await fetch(url, { method: 'PUT', body: 'hello' })).status).toBe(200);
  expect(s3.store.head('incoming', 'libstdc++ é')).toMatchObject({ size: 5 });
  expect(atViewerFunction).toEqual([]);
});

test.each(['', '/'])("a form is sent to the registry's own address%s, too", async (end) => {
  const { url, fields } = await createPresignedPost(s3.presigner, { Bucket: 'incoming', Key: 'form' });
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob(['hello']));
  const path = incomingPath(url, { bucket: 'incoming', s3Url: s3.url });
  const answer = await fetch(registry.url + path + end, { method: 'POST', body: form });
  expect(answer.status).toBe(204);
  expect(s3.store.head('incoming', 'form')).toMatchObject({ size: 5 });
});

test('nothing of a large body is received before it is refused', async () => {
  const { pathname, search } = new URL(await presign('large', 5));
  const headers = { 'Content-Length': '1000000000' };
  const refused = rawRequest(registry.url, 'PUT', pathname + search, headers);
  expect(await sendRaw(registry.url, refused)).toMatchObject({ status: 403 });
  const expecting = rawRequest(registry.url, 'PUT', pathname + search, {
    ...headers,
    Expect: '100-continue',
  });
  expect(await sendRaw(registry.url, expecting)).toMatchObject({ status: 403 });
});

test('nothing of a body is read on its way to S3 before S3 asks for it', async () => {
  let reads = 0;
  const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    reads++;
    controller.enqueue(Buffer.from('x'));
    controller.close();
  };
  const body = new ReadableStream({ pull }, { highWaterMark: 0 });
  const sent = new Request(`${registry.url}/_s3/incoming/x?X-Amz-Signature=0`, {
    method: 'PUT',
    body,
    duplex: 'half',
  });
  const forwarded = atIncomingBucket(sent, { bucket: 'incoming', s3Url: s3.url });
  await new Promise(setImmediate);
  expect(reads).toBe(0);
  expect(await forwarded?.text()).toBe('x');
});

test.each([
  ['GET', '/_s3/incoming/x?X-Amz-Signature=0'],
  ['DELETE', '/_s3/incoming/x?X-Amz-Signature=0'],
  ['PUT', '/_s3/incoming/x'],
  ['PUT', '/_s3/packages/x?X-Amz-Signature=0'],
  ['PUT', '/_s3/incoming/../packages/x?X-Amz-Signature=0'],
  ['PUT', '/_s3/incoming2/x?X-Amz-Signature=0'],
  ['POST', '/_s3/packages'],
  ['POST', '/_s3/incoming?uploads'],
  ['POST', '/_s3/incoming/x?uploads'],
  ['GET', '/_s3/incoming?list-type=2'],
  ['GET', '/_s3'],
])('nothing else is behind that address: %s %s', async (method, path) => {
  const authorization = `AWS4-HMAC-SHA256 Credential=${s3.accessKeyId}/20300101/local/s3/aws4_request`;
  const answer = await fetch(registry.url + path, { method, headers: { authorization } });
  expect(answer.status).toBe(404);
});

test('an owner whose name only begins alike is none of it', async () => {
  await fetch(`${registry.url}/_s3x/incoming`);
  expect(atViewerFunction).toEqual(['/_s3x/incoming']);
});

test('a URL that leads to another host is not shown as one of ours', () => {
  const incoming = { bucket: 'incoming', s3Url: 'http://127.0.0.1:90' };
  expect(() => incomingPath('http://127.0.0.1:9000/incoming/x', incoming)).toThrow('does not lead to');
});

test('a URL that was made for the deployed bucket is none of ours', async () => {
  const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'x' };
  const client = presigningClient({ endpoint: s3.url, region: 'eu-central-1', credentials });
  const signed = await getSignedUrl(client, new PutObjectCommand({ Bucket: 'incoming', Key: 'x' }));
  const url = registry.url + incomingPath(signed, { bucket: 'incoming', s3Url: s3.url });
  expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(403);
  client.destroy();
});
