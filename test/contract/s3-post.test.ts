import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { createPresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import { describeEmulators } from '#test/support/emulators.ts';
import { START_TIMEOUT } from '#test/support/moto.ts';
import { MOTO, testDespite } from '#test/support/moto-differs.ts';
import { type S3UnderTest, startS3UnderTest } from './s3-under-test.ts';

describeEmulators((emulator) => {
  let s3: S3UnderTest;
  beforeAll(async () => {
    s3 = await startS3UnderTest(emulator);
  }, START_TIMEOUT);
  afterAll(() => s3.close());

  const at = (key: string) => ({ Bucket: s3.bucket, Key: s3.prefix + key });
  const presign = (key: string, options: Partial<PresignedPostOptions> = {}) =>
    createPresignedPost(s3.presigner, { ...at(key), Expires: 60, ...options });

  async function post({ url, fields }: Awaited<ReturnType<typeof presign>>, file: string) {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set('file', new Blob([file]), 'hello.apk');
    return fetch(url, { method: 'POST', body: form });
  }

  test.each(['plain', 'libstdc++ ~1.apk', 'ü/😀'])(
    'the file of a form that was made for the key %s is stored there',
    async (key) => {
      const answer = await post(await presign(key), 'hello');
      expect(answer.status).toBe(204);
      const found = await s3.client.send(new GetObjectCommand(at(key)));
      expect(await found.Body?.transformToString()).toBe('hello');
    },
  );

  test('an object has the type and the metadata that its form says', async () => {
    const Fields = { 'Content-Type': 'text/x', 'x-amz-meta-by': 'me' };
    expect((await post(await presign('described', { Fields }), 'hello')).status).toBe(204);
    expect(await s3.client.send(new HeadObjectCommand(at('described')))).toMatchObject({
      ContentType: 'text/x',
      Metadata: { by: 'me' },
    });
  });

  testDespite(emulator, MOTO.answersPostsInSilence)(
    'who wants to be told gets the key and the ETag',
    async () => {
      const answer = await post(await presign('told', { Fields: { success_action_status: '201' } }), 'hello');
      expect(answer.status).toBe(201);
      expect(await answer.text()).toMatch(/<Key>contract-.*\/told<\/Key>/);
      const { ETag = '' } = await s3.client.send(new HeadObjectCommand(at('told')));
      expect(ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
    },
  );
});
