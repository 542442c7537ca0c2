import { packageKey } from '#registry/object-keys.ts';
import type { Upload } from '#registry/uploads.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { startPorts, type TestRegistry } from '#test/support/registry-ports.ts';
import { ingestAndDie, newRepository, sha256Of, uploadFile } from './uploads-under-test.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startPorts();
});
afterAll(() => registry.close());

/** What the audit trail says of an upload's repository. */
async function auditedOf({ owner, branch, repository }: Upload) {
  const { entries } = await registry.ports.audit.list({ owner, limit: 1000 });
  return entries.filter(({ on }) => on.startsWith(`${owner}/${branch}/${repository}`));
}

const fileOf = ({ owner, branch, repository }: Upload) => ({
  owner,
  branch,
  repository,
  arch: 'x86_64',
  name: 'foo',
  version: '1.0-r0',
});

async function expectPublished(upload: Upload, file: Buffer): Promise<void> {
  const { uploads, incoming, records, packages } = registry.ports;
  expect(await uploads.find(upload.id)).toMatchObject({ state: 'published' });
  const [record] = await records.read([fileOf(upload)]);
  expect(record).toMatchObject({ claim: upload.id, sha256: sha256Of(file), publishedBy: 'tester' });
  expect(record?.state).toBe('live');
  expect(Buffer.from((await packages.get(packageKey(fileOf(upload))))?.body ?? '')).toEqual(file);
  expect(await incoming.head(upload.id)).toBeUndefined();
  expect((await auditedOf(upload)).map(({ action, refused }) => [action, refused])).toEqual([
    ['publish', undefined],
  ]);
}

async function expectRefused(upload: Upload): Promise<void> {
  const { uploads, incoming, records, packages } = registry.ports;
  expect(await uploads.find(upload.id)).toMatchObject({
    state: 'refused',
    outcome: { refusal: { code: 'datahash-wrong' } },
  });
  expect(await records.read([fileOf(upload)])).toEqual([]);
  expect(await packages.head(packageKey(fileOf(upload)))).toBeUndefined();
  expect(await incoming.head(upload.id)).toBeUndefined();
  expect(await auditedOf(upload)).toEqual([]);
}

const good = () => buildPackage();
const broken = () => buildPackage({ fields: { datahash: '0'.repeat(64) } });

describe.each([
  ['a good package', good, 11, (upload: Upload, file: Buffer) => expectPublished(upload, file)],
  ['a broken package', broken, 5, (upload: Upload) => expectRefused(upload)],
] as const)('the upload of %s', (_what, build, leastCalls, expectDone) => {
  test.each(['before', 'after'] as const)(
    'comes to the same end once, wherever its process dies: %s each of its calls in turn',
    async (when) => {
      const file = await build();
      // The first of an owner says also who may read what it has.
      await ingestAndDie(await uploadFile(file, registry), registry);
      const second = await uploadFile(file, registry);
      const { calls } = await ingestAndDie(second, registry);
      expect(calls.length).toBeGreaterThanOrEqual(leastCalls);
      await expectDone(second, file);

      for (let at = 1; at <= calls.length; at++) {
        const upload = await uploadFile(file, registry, newRepository());
        const dead = await ingestAndDie(upload, registry, when, at);
        expect([at, dead.died]).toEqual([at, true]);
        expect((await ingestAndDie(upload, registry)).died).toBe(false);
        await expectDone(upload, file);
        // SQS delivers an event more than once.
        await ingestAndDie(upload, registry);
        await expectDone(upload, file);
      }
    },
    60_000,
  );
});

test('an upload whose event is delivered twice at once is published once', async () => {
  const file = await good();
  for (let round = 0; round < 5; round++) {
    const upload = await uploadFile(file, registry);
    await Promise.all([ingestAndDie(upload, registry), ingestAndDie(upload, registry)]);
    await expectPublished(upload, file);
  }
});
