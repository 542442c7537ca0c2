import { createHash, randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  type UploadPartCommandInput,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describeEmulators } from '#test/support/emulators.ts';
import { START_TIMEOUT } from '#test/support/moto.ts';
import { MOTO, testDespite } from '#test/support/moto-differs.ts';
import { type S3UnderTest, startS3UnderTest } from './s3-under-test.ts';

const LARGE = randomBytes(5 * 1024 * 1024);
const SMALL = Buffer.from('the end');

describeEmulators((emulator) => {
  let s3: S3UnderTest;
  beforeAll(async () => {
    s3 = await startS3UnderTest(emulator);
  }, START_TIMEOUT);
  afterAll(() => s3.close());

  const at = (key: string) => ({ Bucket: s3.bucket, Key: s3.prefix + key });
  const create = async (key: string, options: Partial<CreateMultipartUploadCommandInput> = {}) => {
    const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand({ ...at(key), ...options }));
    return { ...at(key), UploadId };
  };
  type Upload = Awaited<ReturnType<typeof create>>;
  const send = (
    upload: Upload,
    PartNumber: number,
    Body: Buffer,
    options: Partial<UploadPartCommandInput> = {},
  ) => s3.client.send(new UploadPartCommand({ ...upload, PartNumber, Body, ...options }));
  const complete = (
    upload: Upload,
    Parts: { PartNumber: number; ETag?: string }[],
    options: Partial<CompleteMultipartUploadCommandInput> = {},
  ) =>
    s3.client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...options }));
  const bytesOf = async (key: string) =>
    (await s3.client.send(new GetObjectCommand(at(key)))).Body?.transformToByteArray();
  const md5 = (...bytes: Uint8Array[]) => createHash('md5').update(Buffer.concat(bytes));
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
  const fails = (status: number, name?: string) => ({
    $metadata: { httpStatusCode: status },
    ...(name ? { name } : {}),
  });

  test('parts become one object, in their order, with the properties it was begun with', async () => {
    const properties = { ContentType: 'text/x', CacheControl: 'max-age=1', Metadata: { by: 'me' } };
    const upload = await create('libstdc++ ~1.apk', properties);
    const end = await send(upload, 7, SMALL);
    const start = await send(upload, 2, LARGE);
    const { ETag } = await complete(upload, [
      { PartNumber: 2, ETag: start.ETag },
      { PartNumber: 7, ETag: end.ETag },
    ]);
    const ofParts = md5(md5(LARGE).digest(), md5(SMALL).digest()).digest('hex');
    expect(ETag).toBe(`"${ofParts}-2"`);
    const head = await s3.client.send(new HeadObjectCommand(at('libstdc++ ~1.apk')));
    expect(head).toMatchObject({ ETag, ContentLength: LARGE.length + SMALL.length, ...properties });
    const stored = Buffer.from((await bytesOf('libstdc++ ~1.apk')) ?? []);
    expect(stored.equals(Buffer.concat([LARGE, SMALL]))).toBe(true);
  });

  test('nothing is to be seen of an upload before it is completed, or after it is aborted', async () => {
    const upload = await create('hidden/x');
    await send(upload, 1, SMALL);
    const list = () =>
      s3.client.send(new ListObjectsV2Command({ Bucket: s3.bucket, Prefix: `${s3.prefix}hidden` }));
    expect((await list()).KeyCount).toBe(0);
    await s3.client.send(new AbortMultipartUploadCommand(upload));
    expect((await list()).KeyCount).toBe(0);
  });

  testDespite(emulator, MOTO.keepsFinishedUploads)(
    'an upload that was completed or aborted takes nothing any more',
    async () => {
      const [completed, aborted] = [await create('completed'), await create('aborted')];
      const { ETag } = await send(completed, 1, SMALL);
      await complete(completed, [{ PartNumber: 1, ETag }]);
      await s3.client.send(new AbortMultipartUploadCommand(aborted));
      const over = fails(404, 'NoSuchUpload');
      for (const upload of [completed, aborted, { ...aborted, UploadId: 'none' }]) {
        await expect(send(upload, 2, SMALL)).rejects.toMatchObject(over);
        await expect(s3.client.send(new ListPartsCommand(upload))).rejects.toMatchObject(over);
        await expect(s3.client.send(new AbortMultipartUploadCommand(upload))).rejects.toMatchObject(over);
        await expect(complete(upload, [{ PartNumber: 1, ETag }])).rejects.toMatchObject(over);
      }
    },
  );

  test('a part that is sent again takes the place of the first', async () => {
    const upload = await create('again');
    const first = await send(upload, 1, SMALL);
    const { ETag } = await send(upload, 1, Buffer.from('another end'));
    await expect(complete(upload, [{ PartNumber: 1, ETag: first.ETag }])).rejects.toMatchObject(
      fails(400, 'InvalidPart'),
    );
    await complete(upload, [{ PartNumber: 1, ETag }]);
    expect(Buffer.from((await bytesOf('again')) ?? []).toString()).toBe('another end');
  });

  test('parts are listed page after page, each once', async () => {
    const upload = await create('listed');
    const sent = [3, 1, 10, 2];
    for (const number of sent) await send(upload, number, Buffer.from(`part ${number}`));
    const found: unknown[] = [];
    let PartNumberMarker: string | undefined;
    for (let more = true; more; ) {
      const page = await s3.client.send(new ListPartsCommand({ ...upload, MaxParts: 3, PartNumberMarker }));
      found.push(...(page.Parts ?? []));
      more = page.IsTruncated ?? false;
      PartNumberMarker = page.NextPartNumberMarker;
    }
    expect(found).toMatchObject(
      [1, 2, 3, 10].map((PartNumber) => ({
        PartNumber,
        Size: `part ${PartNumber}`.length,
        ETag: `"${md5(Buffer.from(`part ${PartNumber}`)).digest('hex')}"`,
      })),
    );
  });

  test('what was named wrongly is no object', async () => {
    const upload = await create('wrong');
    const [one, two, three, four] = await Promise.all(
      [LARGE, LARGE, SMALL, SMALL].map(async (body, index) => {
        const PartNumber = index + 1;
        return { PartNumber, ETag: (await send(upload, PartNumber, body)).ETag };
      }),
    );
    if (!one || !two || !three || !four) throw new Error('four parts were sent');
    const refused = (parts: Parameters<typeof complete>[1], name: string) =>
      expect(complete(upload, parts)).rejects.toMatchObject(fails(400, name));
    await refused([one, { ...two, PartNumber: 5 }], 'InvalidPart');
    await refused([three, four], 'EntityTooSmall');
    await expect(bytesOf('wrong')).rejects.toMatchObject(fails(404, 'NoSuchKey'));
    await complete(upload, [two, four]);
  });

  testDespite(emulator, MOTO.takesAnyOrder)(
    'parts that are not named in their order are no object',
    async () => {
      const upload = await create('unordered');
      const parts = [2, 1].map(async (PartNumber) => ({
        PartNumber,
        ETag: (await send(upload, PartNumber, LARGE)).ETag,
      }));
      await expect(complete(upload, await Promise.all(parts))).rejects.toMatchObject(
        fails(400, 'InvalidPartOrder'),
      );
    },
  );

  testDespite(emulator, MOTO.forgetsCompositeChecksums)(
    'an object of parts has the checksum of their checksums',
    async () => {
      const upload = await create('summed', { ChecksumAlgorithm: 'SHA256' });
      const parts = await Promise.all(
        [LARGE, SMALL].map(async (body, index) => {
          const PartNumber = index + 1;
          const { ETag, ChecksumSHA256 } = await send(upload, PartNumber, body, {
            ChecksumAlgorithm: 'SHA256',
          });
          expect(ChecksumSHA256).toBe(sha256(body).toString('base64'));
          return { PartNumber, ETag, ChecksumSHA256 };
        }),
      );
      const composite = sha256(Buffer.concat([sha256(LARGE), sha256(SMALL)])).toString('base64');
      expect((await complete(upload, parts)).ChecksumSHA256).toBe(`${composite}-2`);
      const head = await s3.client.send(new HeadObjectCommand({ ...at('summed'), ChecksumMode: 'ENABLED' }));
      expect(head).toMatchObject({ ChecksumSHA256: `${composite}-2`, ChecksumType: 'COMPOSITE' });
    },
  );

  testDespite(emulator, MOTO.completesUnasked)(
    'an object is replaced by parts only on the condition that was set',
    async () => {
      await s3.client.send(new PutObjectCommand({ ...at('there'), Body: 'x' }));
      const upload = await create('there');
      const { ETag } = await send(upload, 1, SMALL);
      const parts = [{ PartNumber: 1, ETag }];
      await expect(complete(upload, parts, { IfNoneMatch: '*' })).rejects.toMatchObject(fails(412));
      await expect(complete(upload, parts, { IfMatch: '"other"' })).rejects.toMatchObject(fails(412));
      expect(Buffer.from((await bytesOf('there')) ?? []).toString()).toBe('x');
      const { ETag: current } = await s3.client.send(new HeadObjectCommand(at('there')));
      await complete(upload, parts, { IfMatch: current });
    },
  );

  test('an object is copied in parts, each a range of it', async () => {
    await s3.client.send(new PutObjectCommand({ ...at('a+b'), Body: Buffer.concat([LARGE, SMALL]) }));
    const upload = await create('copied');
    const CopySource = `${s3.bucket}/${s3.prefix}a%2Bb`;
    const ranges = [
      `bytes=0-${LARGE.length - 1}`,
      `bytes=${LARGE.length}-${LARGE.length + SMALL.length - 1}`,
    ];
    const parts = await Promise.all(
      ranges.map(async (CopySourceRange, index) => {
        const part = { ...upload, PartNumber: index + 1, CopySource, CopySourceRange };
        const { CopyPartResult } = await s3.client.send(new UploadPartCopyCommand(part));
        return { PartNumber: index + 1, ETag: CopyPartResult?.ETag };
      }),
    );
    await complete(upload, parts);
    expect(Buffer.from((await bytesOf('copied')) ?? []).equals(Buffer.concat([LARGE, SMALL]))).toBe(true);
  });

  test('a part is sent by a presigned URL', async () => {
    const upload = await create('presigned');
    const part = new UploadPartCommand({ ...upload, PartNumber: 1, ContentLength: SMALL.length });
    const url = await getSignedUrl(s3.presigner, part);
    const sent = await fetch(url, { method: 'PUT', body: SMALL });
    expect(sent.status).toBe(200);
    await complete(upload, [{ PartNumber: 1, ETag: sent.headers.get('etag') ?? '' }]);
    expect(Buffer.from((await bytesOf('presigned')) ?? []).equals(SMALL)).toBe(true);
  });
});
