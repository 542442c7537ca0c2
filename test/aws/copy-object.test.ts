import { createHash, randomBytes } from 'node:crypto';
import { copyInParts } from '#aws/copy-object.ts';
import { PACKAGE_HEADERS } from '#registry/publish-package.ts';
import type { StagedFile } from '#registry/uploads.ts';
import { ENVIRONMENT, startPorts, type TestRegistry } from '#test/support/registry-ports.ts';

const MiB = 1024 ** 2;
/** The smallest that S3 takes. */
const PART_BYTES = 5 * MiB;

let registry: TestRegistry;
let body: Buffer;
let staged: StagedFile;
beforeAll(async () => {
  registry = await startPorts();
  body = randomBytes(11 * MiB + 7);
  const { url, headers } = await registry.ports.incoming.presignPut(
    'large',
    { size: body.length, sha256: sha256() },
    60,
  );
  expect((await fetch(url, { method: 'PUT', headers, body })).status).toBe(200);
  staged = (await registry.ports.incoming.head('large')) as StagedFile;
});
afterAll(() => registry.close());

const sha256 = () => createHash('sha256').update(body).digest('hex');

/** Copies in three parts, as a file of more than 5 GiB is copied. */
const copyTo = (key: string, only: { absent: true } | { etag: string }, from = staged) =>
  copyInParts(
    {
      to: { Bucket: ENVIRONMENT.PACKAGES_BUCKET, Key: key },
      from,
      object: { sha256: sha256(), ...PACKAGE_HEADERS },
      only,
    },
    registry.standIns.clients.s3,
    PART_BYTES,
  );

test('what is copied in parts is the same file, known by its SHA-256', async () => {
  const { packages } = registry.ports;
  expect(await copyTo('a/b/c/x86_64/one-1-r0.apk', { absent: true })).toBe(true);
  const stored = await packages.get('a/b/c/x86_64/one-1-r0.apk');
  expect(Buffer.from(stored?.body ?? '').equals(body)).toBe(true);
  expect(await packages.head('a/b/c/x86_64/one-1-r0.apk')).toMatchObject({
    size: body.length,
    sha256: sha256(),
  });
});

test('it replaces what it was told to, and nothing else', async () => {
  const key = 'a/b/c/x86_64/two-1-r0.apk';
  expect(await copyTo(key, { absent: true })).toBe(true);
  expect(await copyTo(key, { absent: true })).toBe(false);
  expect(await copyTo(key, { etag: '"another"' })).toBe(false);
  const there = await registry.ports.packages.head(key);
  expect(await copyTo(key, { etag: there?.etag ?? '' })).toBe(true);
});

test('a file that is another one by now is not copied', async () => {
  const key = 'a/b/c/x86_64/three-1-r0.apk';
  expect(await copyTo(key, { absent: true }, { ...staged, etag: '"another"' })).toBe(false);
  expect(await registry.ports.packages.head(key)).toBeUndefined();
});
