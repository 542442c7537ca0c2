import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { createPresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import { presigningClient } from '#aws/stand-in-clients.ts';
import { type ListeningS3, startListeningS3 } from '#test/support/listening-s3.ts';
import { rawRequest, sendRaw } from '#test/support/raw-request.ts';

const KEY = '0b7c';

let s3: ListeningS3;
beforeAll(async () => {
  s3 = await startListeningS3();
});
afterAll(() => s3.close());
beforeEach(() => s3.store.delete('incoming', KEY, () => {}));

/** A form for one file of up to ten bytes, as the API makes it. */
const presign = (options: Partial<PresignedPostOptions> = {}, client = s3.presigner) =>
  createPresignedPost(client, {
    Bucket: 'incoming',
    Key: KEY,
    Expires: 60,
    Conditions: [['content-length-range', 2, 10]],
    ...options,
  });

type Fields = Record<string, string>;

const formOf = (fields: Fields, file: string | undefined): FormData => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  if (file !== undefined) form.set('file', new Blob([file]), 'hello.apk');
  return form;
};

const post = (fields: Fields, file: string | undefined = 'hello', bucket = 'incoming') =>
  fetch(`${s3.url}/${bucket}`, { method: 'POST', body: formOf(fields, file) });

async function expectRefusal(answer: Response, code: string): Promise<void> {
  expect(await answer.text()).toContain(`<Code>${code}</Code>`);
  expect(answer.ok).toBe(false);
  expect(s3.store.head('incoming', KEY)).toBeUndefined();
  expect((await readdir(s3.folder)).filter((name) => name.startsWith('.tmp-'))).toEqual([]);
}

test('a file that is as the form says is stored, also with a slash behind the bucket', async () => {
  const { fields } = await presign();
  expect((await post(fields)).status).toBe(204);
  expect((await post(fields, '0123456789', 'incoming/')).status).toBe(204);
  expect(s3.store.head('incoming', KEY)).toMatchObject({ size: 10 });
});

test('a form is of no use with any field changed or left out', async () => {
  const { fields } = await presign({ Fields: { 'x-amz-meta-by': 'me' } });
  expect((await post(fields)).status).toBe(204);
  await s3.store.delete('incoming', KEY, () => {});
  for (const name of Object.keys(fields)) {
    // S3 goes by the bucket of the URL.
    if (name === 'bucket') continue;
    const { [name]: value = '', ...others } = fields;
    const last = value.at(-1) === '1' ? '2' : '1';
    for (const changed of [others, { ...fields, [name]: value.slice(0, -1) + last }]) {
      expect([name, [400, 403].includes((await post(changed)).status)]).toEqual([name, true]);
    }
  }
  expect(s3.store.head('incoming', KEY)).toBeUndefined();
});

test('a field that no condition is about is refused, unless its name says that it is ignored', async () => {
  const { fields } = await presign();
  await expectRefusal(await post({ ...fields, 'x-amz-meta-by': 'me' }), 'AccessDenied');
  await expectRefusal(await post({ ...fields, acl: 'public-read' }), 'AccessDenied');
  expect((await post({ ...fields, 'x-ignore-me': 'x' })).status).toBe(204);
});

test('a field that is there twice is refused, whatever its case', async () => {
  const { fields } = await presign();
  await expectRefusal(await post({ KEY: 'other', ...fields }), 'MalformedPOSTRequest');
});

test('a form is of no use for a file that is too large or too small', async () => {
  const { fields } = await presign();
  await expectRefusal(await post(fields, '01234567890'), 'EntityTooLarge');
  await expectRefusal(await post(fields, randomBytes(5_000_000).toString('hex')), 'EntityTooLarge');
  await expectRefusal(await post(fields, '0'), 'EntityTooSmall');
});

test('a form is of no use for other bytes than those it was made for', async () => {
  const checksum = createHash('sha256').update('hello').digest('base64');
  const { fields } = await presign({ Fields: { 'x-amz-checksum-sha256': checksum } });
  await expectRefusal(await post(fields, 'jello'), 'BadDigest');
  expect((await post(fields, 'hello')).status).toBe(204);
  expect(s3.store.head('incoming', KEY)?.checksums).toEqual({ sha256: checksum });
});

test('a form is of no use after its time, or at another bucket', async () => {
  const { fields } = await presign({ Expires: -1 });
  const late = await post(fields);
  expect(await late.clone().text()).toContain('Policy expired');
  await expectRefusal(late, 'AccessDenied');
  const elsewhere = await createPresignedPost(s3.presigner, { Bucket: 'packages', Key: KEY });
  await expectRefusal(await post(elsewhere.fields), 'AccessDenied');
  await expectRefusal(await post((await presign()).fields, 'hello', 'nowhere'), 'NoSuchBucket');
});

test('a form that was made with another key, or the secret of another, is of no use', async () => {
  for (const [credentials, code] of [
    [{ ...s3.credentials, accessKeyId: s3.accessKeyId }, 'InvalidAccessKeyId'],
    [{ ...s3.credentials, secretAccessKey: 'guessed' }, 'SignatureDoesNotMatch'],
  ] as const) {
    const client = presigningClient({ endpoint: s3.url, region: 'eu-central-1', credentials });
    await expectRefusal(await post((await presign({}, client)).fields), code);
    client.destroy();
  }
});

test('a policy may say how a value begins', async () => {
  const { fields } = await presign({ Conditions: [['starts-with', '$Content-Type', 'text/']] });
  await expectRefusal(await post(fields), 'AccessDenied');
  await expectRefusal(await post({ ...fields, 'Content-Type': 'image/png' }), 'AccessDenied');
  expect((await post({ ...fields, 'Content-Type': 'text/plain' })).status).toBe(204);
});

test('what comes after the file is ignored', async () => {
  const { fields } = await presign();
  const form = formOf(fields, 'hello');
  form.append('key', 'other');
  form.append('file', new Blob(['another']), 'another.apk');
  expect((await fetch(`${s3.url}/incoming`, { method: 'POST', body: form })).status).toBe(204);
  expect(s3.store.head('incoming', KEY)).toMatchObject({ size: 5 });
  expect(s3.store.head('incoming', 'other')).toBeUndefined();
});

test('a form without a file, a policy or an end is refused', async () => {
  const { fields } = await presign();
  await expectRefusal(
    await fetch(`${s3.url}/incoming`, { method: 'POST', body: formOf(fields, undefined) }),
    'InvalidArgument',
  );
  await expectRefusal(await post({ key: KEY }), 'AccessDenied');
  await expectRefusal(await post({ ...fields, Policy: 'e30=' }), 'SignatureDoesNotMatch');
  const bytes = Buffer.from(await new Response(formOf(fields, 'hello')).arrayBuffer());
  const boundary = bytes.subarray(2, bytes.indexOf('\r\n')).toString();
  const type = `multipart/form-data; boundary=${boundary}`;
  for (const [contentType, body, code] of [
    [type, bytes.subarray(0, bytes.indexOf('\r\n\r\nhello') + 6), 'MalformedPOSTRequest'],
    [type, bytes.subarray(0, 200), 'MalformedPOSTRequest'],
    ['multipart/form-data', bytes, 'MalformedPOSTRequest'],
    ['text/plain', bytes, 'PreconditionFailed'],
  ] as const) {
    const headers = { 'content-type': contentType };
    await expectRefusal(await fetch(`${s3.url}/incoming`, { method: 'POST', headers, body }), code);
  }
});

test('a part without a name is refused, and does not end the registry', async () => {
  const part = '--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n';
  const headers = { 'content-type': 'multipart/form-data; boundary=b' };
  const body = `${part}--b--\r\n`;
  await expectRefusal(
    await fetch(`${s3.url}/incoming`, { method: 'POST', headers, body }),
    'MalformedPOSTRequest',
  );
});

test('a long part that is no field is answered, too', async () => {
  const headers = { 'content-type': 'multipart/form-data; boundary=b' };
  for (const length of [17_000, 19_000, 100_000]) {
    const body = `--b\r\nContent-Disposition: attachment\r\n\r\n${'x'.repeat(length)}\r\n--b--\r\n`;
    await expectRefusal(
      await fetch(`${s3.url}/incoming`, { method: 'POST', headers, body }),
      length < 20_000 ? 'InvalidArgument' : 'MaxPostPreDataLengthExceeded',
    );
  }
});

test('fields without end are refused, and so is a file before they are all read', async () => {
  const { fields } = await presign();
  const long = { ...fields, 'x-ignore-long': 'x'.repeat(30_000) };
  await expectRefusal(await post(long), 'MaxPostPreDataLengthExceeded');
  const many = Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`x-ignore-${n}`, 'x']));
  await expectRefusal(await post({ ...fields, ...many }), 'MaxPostPreDataLengthExceeded');
});

test('a refused form is answered when its file begins, and the rest is not received', async () => {
  const { fields } = await presign();
  const form = Buffer.from(await new Response(formOf({ ...fields, acl: 'x' }, 'hello')).arrayBuffer());
  const head = form.subarray(0, form.indexOf('\r\n\r\nhello') + 4);
  const boundary = form.subarray(2, form.indexOf('\r\n')).toString();
  const request = rawRequest(s3.url, 'POST', '/incoming', {
    'Content-Type': `multipart/form-data; boundary=${boundary}`,
    'Content-Length': '1000000000',
  });
  expect(await sendRaw(s3.url, request + head.toString('latin1') + 'x'.repeat(1000))).toMatchObject({
    status: 403,
  });
});
