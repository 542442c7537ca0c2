import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  type DeleteObjectCommandInput,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { describeEmulators } from '#test/support/emulators.ts';
import { START_TIMEOUT } from '#test/support/moto.ts';
import { MOTO, testDespite, testUnlessLuck } from '#test/support/moto-differs.ts';
import { type S3UnderTest, startS3UnderTest } from './s3-under-test.ts';

describeEmulators((emulator) => {
  let s3: S3UnderTest;
  beforeAll(async () => {
    s3 = await startS3UnderTest(emulator);
  }, START_TIMEOUT);
  afterAll(() => s3.close());

  const at = (key: string) => ({ Bucket: s3.bucket, Key: s3.prefix + key });
  const put = (
    key: string,
    Body: PutObjectCommandInput['Body'],
    options: Partial<PutObjectCommandInput> = {},
  ) => s3.client.send(new PutObjectCommand({ ...at(key), Body, ...options }));
  const get = (key: string, options: Partial<GetObjectCommandInput> = {}) =>
    s3.client.send(new GetObjectCommand({ ...at(key), ...options }));
  const head = (key: string, options: Partial<GetObjectCommandInput> = {}) =>
    s3.client.send(new HeadObjectCommand({ ...at(key), ...options }));
  const remove = (key: string, options: Partial<DeleteObjectCommandInput> = {}) =>
    s3.client.send(new DeleteObjectCommand({ ...at(key), ...options }));
  const list = (options: Partial<ListObjectsV2CommandInput> = {}) =>
    s3.client.send(new ListObjectsV2Command({ Bucket: s3.bucket, Prefix: s3.prefix, ...options }));

  const textOf = async (key: string) => (await get(key)).Body?.transformToString();
  const sha256 = (body: string | Uint8Array) => createHash('sha256').update(body).digest('base64');
  const md5 = (body: string, encoding: 'hex' | 'base64') => createHash('md5').update(body).digest(encoding);
  const fails = (status: number, name?: string) => ({
    $metadata: { httpStatusCode: status },
    ...(name ? { name } : {}),
  });

  describe('storing', () => {
    test('an object comes back as it was stored, with its headers', async () => {
      await put('index', 'hello', { ContentType: 'application/gzip', CacheControl: 'max-age=10' });
      const found = await get('index');
      expect(await found.Body?.transformToString()).toBe('hello');
      expect(found).toMatchObject({
        ETag: `"${md5('hello', 'hex')}"`,
        ContentLength: 5,
        ContentType: 'application/gzip',
        CacheControl: 'max-age=10',
        AcceptRanges: 'bytes',
        LastModified: expect.any(Date),
      });
      expect(await head('index')).toMatchObject({
        ETag: found.ETag,
        ContentLength: 5,
        ContentType: 'application/gzip',
        CacheControl: 'max-age=10',
        LastModified: found.LastModified,
      });
    });

    test.each(['libstdc++-13.2.1-r0.apk', 'a b~c.apk', 'percent%2B', "quote's&<>.apk", 'ü/😀'])(
      'the key %s is one key in every call',
      async (key) => {
        await put(key, key);
        expect(await textOf(key)).toBe(key);
        expect((await list({ Prefix: s3.prefix + key })).Contents?.map(({ Key }) => Key)).toEqual([
          s3.prefix + key,
        ]);
        await remove(key);
        await expect(get(key)).rejects.toMatchObject(fails(404, 'NoSuchKey'));
      },
    );

    test('an empty object and a large one are stored whole', async () => {
      await put('empty', Buffer.alloc(0));
      expect(await textOf('empty')).toBe('');
      const large = randomBytes(20 * 1024 * 1024);
      await put('large', large);
      expect(sha256((await (await get('large')).Body?.transformToByteArray()) ?? '')).toBe(sha256(large));
    });

    test('a streamed body is stored without its transfer encoding', async () => {
      const pieces = Array.from({ length: 50 }, (_, index) => Buffer.alloc(4099, String(index)));
      const body = Buffer.concat(pieces);
      await put('streamed', Readable.from(pieces), {
        ContentLength: body.length,
        ChecksumAlgorithm: 'SHA256',
      });
      expect(await textOf('streamed')).toBe(body.toString());
    });

    test('a missing object is a 404, a missing bucket too', async () => {
      await expect(get('missing')).rejects.toMatchObject(fails(404, 'NoSuchKey'));
      await expect(head('missing')).rejects.toMatchObject(fails(404, 'NotFound'));
      const elsewhere = new GetObjectCommand({ Bucket: 'no-such-bucket-of-alpenglow', Key: 'x' });
      await expect(s3.client.send(elsewhere)).rejects.toMatchObject(fails(404, 'NoSuchBucket'));
    });
  });

  describe('conditional writes', () => {
    test('a key that must be absent is written once', async () => {
      await put('once', 'first', { IfNoneMatch: '*' });
      await expect(put('once', 'second', { IfNoneMatch: '*' })).rejects.toMatchObject(
        fails(412, 'PreconditionFailed'),
      );
      expect(await textOf('once')).toBe('first');
    });

    testUnlessLuck(emulator, MOTO.racesWithItself)(
      'of many writers of an absent key, exactly one succeeds',
      async () => {
        const writers = Array.from({ length: 10 }, (_, writer) =>
          put('race', `${writer}`, { IfNoneMatch: '*' }),
        );
        const results = await Promise.allSettled(writers);
        const winners = results.flatMap(({ status }, writer) =>
          status === 'fulfilled' ? [`${writer}`] : [],
        );
        expect(winners).toEqual([await textOf('race')]);
        for (const result of results) {
          if (result.status === 'rejected')
            expect([409, 412]).toContain(result.reason.$metadata.httpStatusCode);
        }
      },
    );

    test('an object is replaced only by who knows its ETag', async () => {
      const { ETag } = await put('replaced', 'first');
      await put('replaced', 'second', { IfMatch: ETag });
      await expect(put('replaced', 'third', { IfMatch: ETag })).rejects.toMatchObject(
        fails(412, 'PreconditionFailed'),
      );
      expect(await textOf('replaced')).toBe('second');
    });

    test('replacing an object that is gone is a 404', async () => {
      const { ETag } = await put('gone', 'x');
      await remove('gone');
      await expect(put('gone', 'y', { IfMatch: ETag })).rejects.toMatchObject(fails(404, 'NoSuchKey'));
    });

    test('an object is removed only by who knows its ETag, if they say one', async () => {
      const { ETag } = await put('removed', 'first');
      await put('removed', 'second');
      await expect(remove('removed', { IfMatch: ETag })).rejects.toMatchObject(
        fails(412, 'PreconditionFailed'),
      );
      expect(await textOf('removed')).toBe('second');
      await remove('removed', { IfMatch: (await head('removed')).ETag });
      await expect(remove('removed', { IfMatch: ETag })).rejects.toMatchObject(fails(404));
      await remove('removed');
    });
  });

  describe('integrity', () => {
    testDespite(emulator, MOTO.storesAnyBody).each([
      ['Content-MD5', { ContentMD5: md5('other', 'base64') }],
      ['SHA-256', { ChecksumSHA256: sha256('other') }],
      ['CRC32', { ChecksumCRC32: 'AAAAAA==' }],
    ])('a body that does not match its %s is refused and changes nothing', async (_, checksum) => {
      await put('intact', 'before');
      await expect(put('intact', 'damaged', checksum)).rejects.toMatchObject(fails(400, 'BadDigest'));
      expect(await textOf('intact')).toBe('before');
    });

    testDespite(emulator, MOTO.forgetsChecksums)(
      'the SHA-256 that an object was stored with can be asked for',
      async () => {
        await put('summed', 'hello', { ChecksumSHA256: sha256('hello') });
        expect(await head('summed', { ChecksumMode: 'ENABLED' })).toMatchObject({
          ChecksumSHA256: sha256('hello'),
        });
      },
    );

    test('of a part, the SHA-256 of the whole is not sent', async () => {
      await put('summed', 'hello', { ChecksumAlgorithm: 'SHA256', ChecksumSHA256: sha256('hello') });
      const part = await get('summed', { ChecksumMode: 'ENABLED', Range: 'bytes=0-1' });
      expect(part.ChecksumSHA256).toBeUndefined();
    });
  });

  describe('conditional reads and ranges', () => {
    test('who has the object already gets a 304', async () => {
      const { ETag } = await put('cached', 'hello');
      const { LastModified } = await head('cached');
      await expect(get('cached', { IfNoneMatch: ETag })).rejects.toMatchObject(fails(304));
      await expect(head('cached', { IfModifiedSince: LastModified })).rejects.toMatchObject(fails(304));
      expect((await get('cached', { IfNoneMatch: '"other"' })).ContentLength).toBe(5);
      expect((await get('cached', { IfModifiedSince: new Date(0) })).ContentLength).toBe(5);
    });

    test('who wants another object than there is gets a 412', async () => {
      await put('cached', 'hello');
      await expect(get('cached', { IfMatch: '"other"' })).rejects.toMatchObject(
        fails(412, 'PreconditionFailed'),
      );
      await expect(get('cached', { IfUnmodifiedSince: new Date(0) })).rejects.toMatchObject(fails(412));
    });

    test.each([
      ['bytes=0-0', 'h', 'bytes 0-0/5'],
      ['bytes=1-3', 'ell', 'bytes 1-3/5'],
      ['bytes=3-', 'lo', 'bytes 3-4/5'],
      ['bytes=-2', 'lo', 'bytes 3-4/5'],
      ['bytes=1-99', 'ello', 'bytes 1-4/5'],
      ['bytes=-99', 'hello', 'bytes 0-4/5'],
    ])('the range %s is %s', async (Range, expected, contentRange) => {
      await put('ranged', 'hello');
      const part = await get('ranged', { Range });
      expect(part).toMatchObject({ $metadata: { httpStatusCode: 206 }, ContentRange: contentRange });
      expect(await part.Body?.transformToString()).toBe(expected);
    });

    test('a range beyond the end is a 416', async () => {
      await put('ranged', 'hello');
      await expect(get('ranged', { Range: 'bytes=5-9' })).rejects.toMatchObject(fails(416, 'InvalidRange'));
    });
  });

  describe('listing', () => {
    const listed = ['list/a', 'list/b/1', 'list/b/2', 'list/b-', 'list/c+d', 'list/z'];
    beforeAll(() => Promise.all(listed.map((key) => put(key, key))));

    test('keys come in the order of their bytes, page after page, each once', async () => {
      const found: (string | undefined)[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await list({ Prefix: `${s3.prefix}list/`, MaxKeys: 2, ContinuationToken });
        expect(page.KeyCount).toBeLessThanOrEqual(2);
        found.push(...(page.Contents ?? []).map(({ Key }) => Key?.slice(s3.prefix.length)));
        ContinuationToken = page.NextContinuationToken;
        expect(page.IsTruncated).toBe(ContinuationToken !== undefined);
      } while (ContinuationToken);
      expect(found).toEqual(['list/a', 'list/b-', 'list/b/1', 'list/b/2', 'list/c+d', 'list/z']);
    });

    test('a delimiter shows folders once, also across pages', async () => {
      const folders: (string | undefined)[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await list({
          Prefix: `${s3.prefix}list/`,
          Delimiter: '/',
          MaxKeys: 1,
          ContinuationToken,
        });
        folders.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix?.slice(s3.prefix.length)));
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken);
      expect(folders).toEqual(['list/b/']);
    });

    test('a listing tells size, ETag and date, and encodes keys on demand', async () => {
      const { Contents } = await list({ Prefix: `${s3.prefix}list/c`, EncodingType: 'url' });
      expect(Contents).toMatchObject([
        {
          Key: `${s3.prefix}list/c%2Bd`,
          Size: 8,
          ETag: `"${md5('list/c+d', 'hex')}"`,
          LastModified: expect.any(Date),
        },
      ]);
    });
  });
});
