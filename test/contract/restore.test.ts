import { createHash } from 'node:crypto';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { changesIn } from '#lambdas/index-packages/s3-events.ts';
import { describeWithMoto, START_TIMEOUT } from '#test/support/moto.ts';
import { fileOf } from '#test/support/registry-state.ts';
import { type AnnouncedBucket, s3RecordsIn, startAnnouncedBucket } from './announced-bucket.ts';

// Our own S3 keeps no versions, so moto alone can say this.
describeWithMoto('a package file that was deleted from the bucket', () => {
  const key = 'acme/v3.22/main/x86_64/libstdc++-13.2.1-r0.apk';
  const body = Buffer.from('the package');
  let packages: AnnouncedBucket;
  beforeAll(async () => {
    packages = await startAnnouncedBucket('moto');
  }, START_TIMEOUT);
  afterAll(() => packages.close());

  const at = () => ({ Bucket: packages.bucket, Key: key });
  const head = () => packages.client.send(new HeadObjectCommand({ ...at(), ChecksumMode: 'ENABLED' }));
  const versions = () =>
    packages.client.send(new ListObjectVersionsCommand({ Bucket: packages.bucket, Prefix: key }));

  test('is told as removed when its last version is', async () => {
    const { VersionId } = await packages.client.send(new PutObjectCommand({ ...at(), Body: body }));
    await packages.receive();
    await packages.client.send(new DeleteObjectCommand({ ...at(), VersionId }));
    const told = await packages.receive();
    expect(s3RecordsIn(told).map(({ eventName }) => eventName)).toEqual(['ObjectRemoved:Delete']);
    expect(changesIn(told).changes.map(({ file }) => file)).toEqual([fileOf(key)]);
  });

  test('comes back whole by a copy of its last version, and the index function is told', async () => {
    await packages.client.send(
      new PutObjectCommand({
        ...at(),
        Body: body,
        IfNoneMatch: '*',
        // moto keeps a checksum only if its algorithm is named, too.
        ChecksumAlgorithm: 'SHA256',
        ChecksumSHA256: createHash('sha256').update(body).digest('base64'),
        ContentType: 'application/vnd.apk',
        CacheControl: 'max-age=86400',
      }),
    );
    const before = await head();
    await packages.client.send(new DeleteObjectCommand({ ...at(), IfMatch: before.ETag }));
    await expect(head()).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });

    const { Versions, DeleteMarkers } = await versions();
    expect(DeleteMarkers).toMatchObject([{ Key: key, IsLatest: true }]);
    expect(Versions).toMatchObject([{ Key: key, IsLatest: false, VersionId: before.VersionId }]);
    const source = `${packages.bucket}/${encodeURIComponent(key)}?versionId=${before.VersionId}`;
    await packages.client.send(new CopyObjectCommand({ ...at(), CopySource: source }));

    const { Body } = await packages.client.send(new GetObjectCommand(at()));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? '')).toEqual(body);
    const { ETag, ContentLength, ContentType, CacheControl, ChecksumSHA256 } = before;
    expect(ChecksumSHA256).toBeDefined();
    expect(await head()).toMatchObject({ ETag, ContentLength, ContentType, CacheControl, ChecksumSHA256 });

    const told = await packages.receive();
    expect(s3RecordsIn(told).at(-1)?.eventName).toBe('ObjectCreated:Copy');
    expect(changesIn(told).changes.at(-1)?.file).toEqual(fileOf(key));
  });
});
