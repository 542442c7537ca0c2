import { ingestUpload } from '#registry/ingest-upload.ts';
import type { StoredToken } from '#registry/tokens.ts';
import type { Upload } from '#registry/uploads.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { startPorts, type TestRegistry } from '#test/support/registry-ports.ts';
import { ingestAndDie, newRepository, uploadFile } from './uploads-under-test.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startPorts();
});
afterAll(() => registry.close());

const STOLEN: StoredToken = {
  id: '4n2kq7d3mzw5xh6b',
  name: 'ci',
  sha256: '0'.repeat(64),
  grants: [{ allow: ['publish'], on: 'acme' }],
  createdBy: 'admin',
  createdAt: 1,
};

/** A package has arrived that somebody has announced with a token. */
async function arriveBy(token: StoredToken): Promise<Upload> {
  await registry.ports.tokens.add(token);
  return uploadFile(await buildPackage(), registry, newRepository(), token.id);
}

test('what was announced with a token that is revoked before it arrives is not published', async () => {
  const { tokens, uploads, records, incoming } = registry.ports;
  const upload = await arriveBy(STOLEN);
  await tokens.remove(STOLEN.id);
  await ingestUpload(upload.id, registry.ports);
  expect(await uploads.find(upload.id)).toMatchObject({
    state: 'refused',
    outcome: { refusal: { code: 'unauthorized' } },
  });
  expect(await records.list({ ...upload, arch: 'x86_64' })).toEqual([]);
  expect(await incoming.head(upload.id)).toBeUndefined();
});

test("a job's token may end while its file is on the way", async () => {
  const upload = await arriveBy({ ...STOLEN, expiresAt: 2 });
  await ingestUpload(upload.id, registry.ports);
  expect((await registry.ports.uploads.find(upload.id))?.state).toBe('published');
});

test('a publish that somebody died at is finished, though the token was revoked since', async () => {
  const { calls } = await ingestAndDie(await arriveBy(STOLEN), registry);
  const upload = await arriveBy(STOLEN);
  const copy = calls.indexOf('S3Client CopyObject') + 1;
  expect(await ingestAndDie(upload, registry, copy)).toMatchObject({ died: true });
  await registry.ports.tokens.remove(STOLEN.id);
  await ingestUpload(upload.id, registry.ports);
  expect((await registry.ports.uploads.find(upload.id))?.state).toBe('published');
});
