import { ingestUpload } from '#registry/ingest-upload.ts';
import { packageKey } from '#registry/object-keys.ts';
import { publishPackage } from '#registry/publish-package.ts';
import type { Upload } from '#registry/uploads.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { chunksOf } from '#test/support/chunks.ts';
import { wrapping } from '#test/support/interrupted.ts';
import { rsaKey } from '#test/support/once-a-run/rsa-key.ts';
import { startPorts, type TestRegistry } from '#test/support/registry-ports.ts';
import { newRepository, sha256Of, uploadFile } from './uploads-under-test.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startPorts();
});
afterAll(() => registry.close());

const ingest = (upload: Upload, ports: Partial<TestRegistry['ports']> = {}) =>
  ingestUpload(upload.id, { ...registry.ports, ...ports });

const fileOf = ({ owner, branch, repository }: Omit<Upload, 'id' | 'state'>) => ({
  owner,
  branch,
  repository,
  arch: 'x86_64',
  name: 'foo',
  version: '1.0-r0',
});

/** What an upload has been refused for, once it is seen that nothing is left of it. */
async function refusalOf(upload: Upload): Promise<unknown> {
  const { uploads, incoming, records } = registry.ports;
  const found = await uploads.find(upload.id);
  expect(found?.state).toBe('refused');
  expect(await incoming.head(upload.id)).toBeUndefined();
  const [record] = await records.read([fileOf(upload)]);
  expect(record?.claim).not.toBe(upload.id);
  return found?.outcome?.state === 'refused' && found.outcome.refusal;
}

test('a package is published as by a direct publish, with its warnings', async () => {
  const file = await buildPackage({ arch: 'amd64' });
  const upload = await uploadFile(file, registry);
  await ingest(upload);
  const { owner, branch, repository } = upload;
  const direct = newRepository();
  const { record, warnings } = await publishPackage(
    { repository: direct, file, publishedBy: 'tester' },
    registry.ports,
  );
  const place = { owner, branch, repository, arch: 'amd64', name: 'foo', version: '1.0-r0' };
  const [found] = await registry.ports.records.read([place]);
  expect(found).toEqual({
    ...record,
    ...place,
    claim: upload.id,
    leaseUntil: expect.any(Number),
    publishedAt: expect.any(Number),
  });
  expect((await registry.ports.uploads.find(upload.id))?.outcome).toMatchObject({ warnings });
  const [object, other] = await Promise.all(
    [place, { ...place, ...direct }].map((each) => registry.ports.packages.head(packageKey(each))),
  );
  expect(object).toEqual({ ...other, lastModified: expect.any(Number) });
});

describe('an upload is refused', () => {
  test('whose file is not what was announced: another size', async () => {
    const upload = await uploadFile(await buildPackage(), registry);
    const incoming = wrapping(registry.ports.incoming, 'head', async (head) => ({
      ...((await head()) as object),
      size: 1,
    }));
    await ingest(upload, { incoming });
    expect(await refusalOf(upload)).toMatchObject({ code: 'wrong-size' });
  });

  test('whose file is not what was announced: other bytes', async () => {
    const upload = await uploadFile(await buildPackage(), registry);
    const uploads = wrapping(registry.ports.uploads, 'begin', async (begin) => ({
      ...((await begin()) as object),
      sha256: '0'.repeat(64),
    }));
    await ingest(upload, { uploads });
    expect(await refusalOf(upload)).toMatchObject({ code: 'wrong-sha256' });
  });

  test('of what is published already, and it is told with what', async () => {
    const repository = newRepository();
    const file = await buildPackage();
    await publishPackage({ repository, file, publishedBy: 'tester' }, registry.ports);
    const same = await uploadFile(file, registry, repository);
    await ingest(same);
    expect(await refusalOf(same)).toMatchObject({
      code: 'already-published',
      message: expect.stringContaining('these very bytes'),
    });
    const other = await uploadFile(
      await buildPackage({ fields: { pkgdesc: 'other' } }),
      registry,
      repository,
    );
    await ingest(other);
    expect(await refusalOf(other)).toMatchObject({
      code: 'already-published',
      message: expect.stringContaining(sha256Of(file)),
    });
  });

  test('of a package that none of the publishers has signed, and the audit trail says so', async () => {
    const repository = newRepository();
    const { publicKey } = rsaKey('ann');
    const key = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    await registry.ports.publishers.setKeys(repository, [key]);
    const upload = await uploadFile(await buildPackage(), registry, repository);
    await ingest(upload);
    expect(await refusalOf(upload)).toMatchObject({ code: 'untrusted-publisher' });
    const { entries } = await registry.ports.audit.list({ owner: 'acme', limit: 1000 });
    expect(entries.filter(({ on }) => on === `acme/edge/${repository.repository}`)).toEqual([
      {
        at: expect.any(Number),
        who: 'tester',
        from: '192.0.2.7',
        action: 'publish',
        owner: 'acme',
        on: `acme/edge/${repository.repository}`,
        refused: 'untrusted-publisher',
      },
    ]);
  });

  test('whose file is replaced while it is validated, and its claim is given back', async () => {
    const upload = await uploadFile(await buildPackage(), registry);
    const records = wrapping(registry.ports.records, 'claim', async (claim) => {
      await registry.ports.incoming.remove(upload.id);
      return claim();
    });
    await ingest(upload, { records });
    expect(await refusalOf(upload)).toMatchObject({ code: 'upload-changed' });
    expect(await registry.ports.records.read([fileOf(upload)])).toEqual([]);
  });
});

test('a transfer from the bucket that ends early is no fault of the package: it is read again', async () => {
  const file = await buildPackage();
  const upload = await uploadFile(file, registry);
  const incoming = wrapping(registry.ports.incoming, 'read', async () => chunksOf(file.subarray(0, -100)));
  await expect(ingest(upload, { incoming })).rejects.toThrow(`Of ${file.length} bytes`);
  expect(await registry.ports.uploads.find(upload.id)).toMatchObject({ state: 'validating' });
  await ingest(upload);
  expect(await registry.ports.uploads.find(upload.id)).toMatchObject({ state: 'published' });
});

test('what arrives a second time by the same URL is removed, and changes nothing', async () => {
  const file = await buildPackage();
  const upload = await uploadFile(file, registry);
  await ingest(upload);
  const before = await registry.ports.uploads.find(upload.id);
  const { url, headers } = await registry.ports.incoming.presignPut(
    upload.id,
    { size: file.length, sha256: sha256Of(file) },
    60,
  );
  expect((await fetch(url, { method: 'PUT', headers, body: file })).status).toBe(200);
  await ingest(upload);
  expect(await registry.ports.incoming.head(upload.id)).toBeUndefined();
  expect(await registry.ports.uploads.find(upload.id)).toEqual(before);
});

test('what nobody asked for is removed', async () => {
  const key = 'nobody-asked';
  const { url, headers } = await registry.ports.incoming.presignPut(
    key,
    { size: 1, sha256: sha256Of(Buffer.from('x')) },
    60,
  );
  expect((await fetch(url, { method: 'PUT', headers, body: 'x' })).status).toBe(200);
  await ingestUpload(key, registry.ports);
  expect(await registry.ports.incoming.head(key)).toBeUndefined();
});

test('an upload whose event is delivered twice at once is published once', async () => {
  for (let round = 0; round < 5; round++) {
    const upload = await uploadFile(await buildPackage(), registry);
    await Promise.all([ingest(upload), ingest(upload)]);
    expect(await registry.ports.uploads.find(upload.id)).toMatchObject({ state: 'published' });
    const [record] = await registry.ports.records.read([fileOf(upload)]);
    expect(record).toMatchObject({ claim: upload.id, state: 'live' });
    const { entries } = await registry.ports.audit.list({ owner: 'acme', limit: 1000 });
    expect(entries.filter(({ on }) => on === packageKey(fileOf(upload)))).toHaveLength(1);
  }
});
