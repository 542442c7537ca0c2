import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { presigningClient } from '#aws/stand-in-clients.ts';
import { type ListeningS3, startListeningS3 } from '#test/support/listening-s3.ts';
import { rawRequest, sendRaw } from '#test/support/raw-request.ts';

const BODY = 'hello';
const CHECKSUM = createHash('sha256').update(BODY).digest('base64');
const HEADERS = { 'if-none-match': '*', 'x-amz-checksum-sha256': CHECKSUM };

let s3: ListeningS3;
beforeAll(async () => {
  s3 = await startListeningS3();
});
afterAll(() => s3.close());
beforeEach(() => s3.store.delete('incoming', 'staged', () => {}));

/** A URL for one PUT of exactly `BODY`, as the API makes it. */
const presign = (Key = 'staged', { date = new Date(), client = s3.presigner, expiresIn = 60 } = {}) =>
  getSignedUrl(
    client,
    new PutObjectCommand({
      Bucket: 'incoming',
      Key,
      ContentLength: BODY.length,
      ChecksumSHA256: CHECKSUM,
      IfNoneMatch: '*',
    }),
    {
      expiresIn,
      signingDate: date,
      unhoistableHeaders: new Set(['x-amz-checksum-sha256', 'if-none-match']),
    },
  );

const put = (url: string, headers: Record<string, string> = HEADERS, body = BODY) =>
  fetch(url, { method: 'PUT', headers, body });

async function expectRefusal(answer: Response, code: string): Promise<void> {
  expect([answer.status, await answer.text()]).toEqual([
    expect.any(Number),
    expect.stringContaining(`<Code>${code}</Code>`),
  ]);
  expect(s3.store.head('incoming', 'staged')).toBeUndefined();
}

test.each(['staged', 'libstdc++ ~1!.apk', "quote's (*)&=/ü😀"])(
  'the URL that was made for the key %s takes its file once',
  async (key) => {
    const url = await presign(key);
    expect((await put(url)).status).toBe(200);
    expect((await put(url)).status).toBe(412);
    const read = await getSignedUrl(s3.presigner, new GetObjectCommand({ Bucket: 'incoming', Key: key }));
    expect(await (await fetch(read)).text()).toBe(BODY);
  },
);

test('every header that says what may be sent is part of the signature', async () => {
  const signed = new URL(await presign()).searchParams.get('X-Amz-SignedHeaders');
  expect(signed).toBe('content-length;host;if-none-match;x-amz-checksum-sha256');
});

test.each(['if-none-match', 'x-amz-checksum-sha256'] as const)(
  'a URL is of no use without the header %s that was signed',
  async (name) => {
    const { [name]: _, ...others } = HEADERS;
    await expectRefusal(await put(await presign(), others), 'SignatureDoesNotMatch');
  },
);

test('a URL is of no use for a body of another length, or other bytes', async () => {
  await expectRefusal(await put(await presign(), HEADERS, `${BODY}!`), 'SignatureDoesNotMatch');
  await expectRefusal(await put(await presign(), HEADERS, 'jello'), 'BadDigest');
  const checksum = createHash('sha256').update('jello').digest('base64');
  const replaced = { ...HEADERS, 'x-amz-checksum-sha256': checksum };
  await expectRefusal(await put(await presign(), replaced, 'jello'), 'SignatureDoesNotMatch');
});

test('a URL is of no use for another key, also one that only looks the same', async () => {
  const other = (await presign()).replace('/staged?', '/other?');
  await expectRefusal(await put(other), 'SignatureDoesNotMatch');
  const plus = (await presign('a+b')).replace('a%2Bb', 'a+b');
  await expectRefusal(await put(plus), 'SignatureDoesNotMatch');
});

test('a URL is of no use for another method', async () => {
  const url = await presign();
  for (const method of ['GET', 'DELETE']) {
    const answer = await fetch(url, { method, headers: HEADERS });
    await expectRefusal(answer, 'SignatureDoesNotMatch');
  }
});

test('a URL is of no use when any of its parameters is another', async () => {
  const { searchParams } = new URL(await presign());
  for (const [name, value] of searchParams) {
    const url = new URL(await presign());
    const last = value.at(-1) === '1' ? '2' : '1';
    url.searchParams.set(name, value.slice(0, -1) + last);
    const answer = await put(url.href);
    expect([name, answer.status]).toEqual([name, expect.any(Number)]);
    expect([400, 403]).toContain(answer.status);
  }
  const added = `${await presign()}&x-amz-meta-by=me`;
  await expectRefusal(await put(added), 'SignatureDoesNotMatch');
  const dropped = new URL(await presign());
  dropped.searchParams.delete('X-Amz-Signature');
  await expectRefusal(await put(dropped.href), 'AccessDenied');
});

test('a URL takes the signature of no other URL', async () => {
  const url = new URL(await presign());
  const other = new URL(await presign('other'));
  url.searchParams.set('X-Amz-Signature', other.searchParams.get('X-Amz-Signature') ?? '');
  await expectRefusal(await put(url.href), 'SignatureDoesNotMatch');
});

test('a URL that was made with another key, or with the secret of another, is of no use', async () => {
  const endpoint = { endpoint: s3.url, region: 'eu-central-1' };
  for (const [credentials, code] of [
    [{ ...s3.credentials, accessKeyId: 'stranger' }, 'InvalidAccessKeyId'],
    [{ ...s3.credentials, accessKeyId: s3.accessKeyId }, 'InvalidAccessKeyId'],
    [{ ...s3.credentials, secretAccessKey: 'guessed' }, 'SignatureDoesNotMatch'],
  ] as const) {
    const client = presigningClient({ ...endpoint, credentials });
    await expectRefusal(await put(await presign('staged', { client })), code);
    client.destroy();
  }
});

test('who has seen the id in a presigned URL cannot sign a header with it', async () => {
  const { accessKeyId } = s3.credentials;
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20300101/eu-central-1/s3/aws4_request, SignedHeaders=host, Signature=00`;
  const answer = await fetch(`${s3.url}/incoming/staged`, { headers: { authorization } });
  await expectRefusal(answer, 'InvalidAccessKeyId');
  await expectRefusal(await put(await presign(), { ...HEADERS, authorization }), 'InvalidArgument');
});

test('a URL is of no use before its time, after it, or for longer than a week', async () => {
  const date = (minutes: number) => new Date(Date.now() + minutes * 60_000);
  const late = await put(await presign('staged', { date: date(-2) }));
  expect(await late.clone().text()).toContain('Request has expired');
  await expectRefusal(late, 'AccessDenied');
  await expectRefusal(await put(await presign('staged', { date: date(20) })), 'AccessDenied');
  const long = (await presign()).replace('X-Amz-Expires=60', 'X-Amz-Expires=604801');
  await expectRefusal(await put(long), 'AuthorizationQueryParametersError');
});

test('a header that S3 obeys is refused unless it was signed', async () => {
  const answer = await put(await presign(), { ...HEADERS, 'x-amz-meta-by': 'me' });
  expect(await answer.clone().text()).toContain(
    'There were headers present in the request which were not signed',
  );
  await expectRefusal(answer, 'AccessDenied');
});

test('a URL is of no use at another host', async () => {
  const { pathname, search } = new URL(await presign());
  const headers = { ...HEADERS, 'Content-Length': String(BODY.length), Host: '127.0.0.1' };
  const answer = await sendRaw(s3.url, rawRequest(s3.url, 'PUT', pathname + search, headers) + BODY);
  expect(answer.body).toContain('SignatureDoesNotMatch');
});

test('who is refused is told so before the body is sent, and who is not is asked for it', async () => {
  const { pathname, search } = new URL(await presign());
  const ask = (path: string, length: number, sent = '') => {
    const headers = { ...HEADERS, 'Content-Length': String(length), Expect: '100-continue' };
    return sendRaw(s3.url, rawRequest(s3.url, 'PUT', path, headers) + sent);
  };
  expect(await ask(pathname + search, 1_000_000_000)).toMatchObject({ status: 403 });
  await put(await presign('there'));
  const there = new URL(await presign('there'));
  expect(await ask(there.pathname + there.search, BODY.length)).toMatchObject({ status: 412 });
  expect(await ask(pathname + search, BODY.length, BODY)).toMatchObject({
    status: 100,
    body: expect.stringMatching(/^HTTP\/1\.1 200/),
  });
});

test('a file that is cut off is no failure of ours, and leaves nothing', async () => {
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(Buffer.from('hel')),
    pull: (controller) => controller.error(new Error('aborted')),
  });
  const headers = { ...HEADERS, 'content-length': String(BODY.length) };
  const request = new Request(await presign(), { method: 'PUT', headers, body, duplex: 'half' });
  // An error of ours would be thrown.
  await expectRefusal(await s3.s3(request), 'IncompleteBody');
  expect((await readdir(s3.folder)).filter((name) => name.startsWith('.tmp'))).toEqual([]);
});
