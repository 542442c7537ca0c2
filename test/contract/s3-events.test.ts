import { CopyObjectCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { changesIn } from '#lambdas/index-packages/s3-events.ts';
import { describeEmulators } from '#test/support/emulators.ts';
import { START_TIMEOUT } from '#test/support/moto.ts';
import { MOTO, testDespite } from '#test/support/moto-differs.ts';
import { fileOf } from '#test/support/registry-state.ts';
import { type AnnouncedBucket, s3RecordsIn, startAnnouncedBucket } from './announced-bucket.ts';

const KEYS = [
  'acme/v3.22/main/x86_64/libstdc++-13.2.1~ab12-r0.apk',
  'acme/x+y~z é/main/x86_64/hello-1.0-r0.apk',
  'acme/100% %2B/main/noarch/hello-1.0-r0.apk',
];

describeEmulators((emulator) => {
  let packages: AnnouncedBucket;
  beforeAll(async () => {
    packages = await startAnnouncedBucket(emulator);
  }, START_TIMEOUT);
  afterAll(() => packages.close());

  const at = (Key: string) => ({ Bucket: packages.bucket, Key });
  const put = (key: string) => packages.client.send(new PutObjectCommand({ ...at(key), Body: 'x' }));
  const remove = (key: string) => packages.client.send(new DeleteObjectCommand(at(key)));

  test.each(KEYS)('the index function is told of the very file that is stored: %s', async (key) => {
    await put(key);
    const told = await packages.receive();
    expect(changesIn(told).changes.map(({ file }) => file)).toEqual([fileOf(key)]);
    expect(s3RecordsIn(told)).toMatchObject([
      { eventName: 'ObjectCreated:Put', s3: { bucket: { name: packages.bucket }, object: { size: 1 } } },
    ]);
  });

  test('the index function is told of a file that is copied to its place', async () => {
    const [key = ''] = KEYS;
    await put('staged');
    const CopySource = `${packages.bucket}/staged`;
    await packages.client.send(new CopyObjectCommand({ ...at(key), CopySource }));
    const told = await packages.receive();
    expect(changesIn(told).changes.map(({ file }) => file)).toEqual([fileOf(key)]);
    expect(s3RecordsIn(told)).toMatchObject([{ eventName: 'ObjectCreated:Copy' }]);
  });

  testDespite(emulator, MOTO.tellsOfNoDeleteMarkers).each(KEYS)(
    'the index function is told of the very file that is removed: %s',
    async (key) => {
      await put(key);
      await packages.receive();
      await remove(key);
      const told = await packages.receive();
      expect(changesIn(told).changes.map(({ file }) => file)).toEqual([fileOf(key)]);
      expect(s3RecordsIn(told)).toMatchObject([{ eventName: 'ObjectRemoved:DeleteMarkerCreated' }]);
    },
  );

  test('what is no package file changes no index, and brings no message back', async () => {
    await put('acme/v3.22/main/x86_64/APKINDEX.tar.gz');
    await put('x+y~z é.apk');
    const told = await packages.receive();
    expect(s3RecordsIn(told)).toHaveLength(1);
    expect(changesIn(told)).toEqual({ changes: [], unreadable: [] });
  });
});
