import { createHash, randomBytes } from 'node:crypto';
import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
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
  const sourceAt = (key: string) => `/${s3.bucket}/${s3.prefix + encodeURIComponent(key)}`;
  const put = (key: string, Body: Buffer | string, options: Partial<PutObjectCommandInput> = {}) =>
    s3.client.send(new PutObjectCommand({ ...at(key), Body, ...options }));
  const copy = (from: string, to: string, options: Partial<CopyObjectCommandInput> = {}) =>
    s3.client.send(new CopyObjectCommand({ ...at(to), CopySource: sourceAt(from), ...options }));
  const head = (key: string) =>
    s3.client.send(new HeadObjectCommand({ ...at(key), ChecksumMode: 'ENABLED' }));
  const textOf = async (key: string) =>
    (await s3.client.send(new GetObjectCommand(at(key)))).Body?.transformToString();
  const sha256 = (body: string | Uint8Array) => createHash('sha256').update(body).digest('base64');
  const fails = (status: number, name?: string) => ({
    $metadata: { httpStatusCode: status },
    ...(name ? { name } : {}),
  });

  test.each(['plain', 'libstdc++ ~1.apk', 'percent%2B', "quote's&<>/ü"])(
    'the object %s is copied as it is, with what is said of it',
    async (key) => {
      const Metadata = { 'sent-by': 'me' };
      const { ETag } = await put(key, key, { ContentType: 'text/x', CacheControl: 'max-age=1', Metadata });
      const { CopyObjectResult } = await copy(key, `copies/${key}`);
      expect(CopyObjectResult).toMatchObject({ ETag, LastModified: expect.any(Date) });
      expect(await textOf(`copies/${key}`)).toBe(key);
      expect(await head(`copies/${key}`)).toMatchObject({
        ETag,
        ContentType: 'text/x',
        CacheControl: 'max-age=1',
        Metadata,
      });
    },
  );

  test('a copy has the properties that replace those of its source', async () => {
    await put('source', 'hello', { ContentType: 'text/x', Metadata: { old: '1' } });
    await copy('source', 'replaced', {
      MetadataDirective: 'REPLACE',
      ContentType: 'application/gzip',
      CacheControl: 'max-age=10',
      Metadata: { new: '2' },
    });
    expect(await head('replaced')).toMatchObject({
      ContentType: 'application/gzip',
      CacheControl: 'max-age=10',
      Metadata: { new: '2' },
    });
  });

  test('a copy has the checksum that is asked for, also of a source that has none', async () => {
    const body = randomBytes(3_000_000);
    await put('large', body);
    const { CopyObjectResult } = await copy('large', 'summed', { ChecksumAlgorithm: 'SHA256' });
    expect(CopyObjectResult?.ChecksumSHA256).toBe(sha256(body));
    expect((await head('summed')).ChecksumSHA256).toBe(sha256(body));
  });

  test('a copy keeps the checksum of its source', async () => {
    await put('with-checksum', 'hello', { ChecksumAlgorithm: 'SHA256' });
    await copy('with-checksum', 'kept');
    expect((await head('kept')).ChecksumSHA256).toBe(sha256('hello'));
  });

  testDespite(emulator, MOTO.copiesUnasked)('only the source that somebody has seen is copied', async () => {
    const { ETag } = await put('seen', 'first');
    await copy('seen', 'of-seen', { CopySourceIfMatch: ETag });
    await put('seen', 'second');
    await expect(copy('seen', 'of-seen', { CopySourceIfMatch: ETag })).rejects.toMatchObject(
      fails(412, 'PreconditionFailed'),
    );
    await expect(
      copy('seen', 'of-seen', { CopySourceIfNoneMatch: (await head('seen')).ETag }),
    ).rejects.toMatchObject(fails(412, 'PreconditionFailed'));
    expect(await textOf('of-seen')).toBe('first');
  });

  testDespite(emulator, MOTO.copiesUnasked)(
    'a copy replaces no object, or only the one that somebody has seen',
    async () => {
      await put('new', 'new');
      const { ETag } = await put('there', 'old');
      await expect(copy('new', 'there', { IfNoneMatch: '*' })).rejects.toMatchObject(fails(412));
      await expect(copy('new', 'there', { IfMatch: '"other"' })).rejects.toMatchObject(fails(412));
      expect(await textOf('there')).toBe('old');
      await copy('new', 'there', { IfMatch: ETag });
      await copy('new', 'absent', { IfNoneMatch: '*' });
      expect([await textOf('there'), await textOf('absent')]).toEqual(['new', 'new']);
    },
  );

  test('what is not there is not copied', async () => {
    await expect(copy('missing', 'x')).rejects.toMatchObject(fails(404, 'NoSuchKey'));
    const elsewhere = { CopySource: '/no-such-bucket-of-alpenglow/x' };
    await expect(copy('x', 'x', elsewhere)).rejects.toMatchObject(fails(404, 'NoSuchBucket'));
  });
});
