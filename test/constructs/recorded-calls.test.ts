import { createHash } from 'node:crypto';
import { indexAdapters } from '#aws/index-adapters.ts';
import { readerAdapters } from '#aws/reader-adapters.ts';
import { closeClients, standInClients } from '#aws/stand-in-clients.ts';
import { uploadAdapters } from '#aws/upload-adapters.ts';
import { createApi } from '#lambdas/api/app.ts';
import { HttpsIssuers } from '#oidc/https-issuers.ts';
import { adoptObjects } from '#registry/adopt-objects.ts';
import { createFirstToken } from '#registry/create-token.ts';
import { deletePackage } from '#registry/delete-package.ts';
import { eitherCredentials } from '#registry/either-credentials.ts';
import { ingestUpload } from '#registry/ingest-upload.ts';
import { oidcCredentials } from '#registry/oidc-credentials.ts';
import type { PackageRecord } from '#registry/ports.ts';
import { publishPackage } from '#registry/publish-package.ts';
import { reconcile } from '#registry/reconcile.ts';
import { EVERYTHING } from '#registry/rights.ts';
import { tokenCredentials } from '#registry/token-credentials.ts';
import { updateIndexes } from '#registry/update-indexes.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { countCalls } from '#test/support/count-calls.ts';
import { dyingAt } from '#test/support/interrupted.ts';
import { LocalIssuer } from '#test/support/local-issuer.ts';
import { grantsOf } from '#test/support/policy-statements.ts';
import {
  ENVIRONMENT,
  type RegistryPorts,
  silentObserver,
  startPorts,
  type TestRegistry,
} from '#test/support/registry-ports.ts';
import { changeOf } from '#test/support/registry-state.ts';
import { synthesizeRegistry } from '#test/support/synthesize-registry.ts';
import { uploadFile } from '../registry/uploads-under-test.ts';

const REPOSITORY = { owner: 'acme', branch: 'edge', repository: 'main' };
const EVERY_RIGHT = { name: 'test', grants: EVERYTHING };

let registry: TestRegistry;
let issuer: LocalIssuer;
beforeAll(async () => {
  [registry, issuer] = await Promise.all([startPorts(), LocalIssuer.start()]);
});
afterAll(() => Promise.all([registry.close(), issuer.close()]));

/** The action that IAM wants for an operation of the SDK. Source: Service Authorization Reference. */
function actionOf(operation: string): string {
  const [service = '', name = ''] = operation.split(' ');
  const s3: Record<string, string> = {
    HeadObject: 'GetObject',
    ListObjectsV2: 'ListBucket',
    ListParts: 'ListMultipartUploadParts',
    CopyObject: 'PutObject',
    CreateMultipartUpload: 'PutObject',
    UploadPartCopy: 'PutObject',
    CompleteMultipartUpload: 'PutObject',
  };
  if (service === 'KeyValueStore') return `cloudfront-keyvaluestore:${name}`;
  return `${service.toLowerCase()}:${service === 'S3' ? (s3[name] ?? name) : name}`;
}

/** The actions that a function calls while it does `work`, with clients of its own. */
async function actionsOf(work: (ports: RegistryPorts) => Promise<void>): Promise<string[]> {
  const { endpoints, accessKeyId } = registry.standIns;
  const clients = standInClients({ ...endpoints, accessKeyId, region: 'local' });
  const calls = countCalls(clients);
  try {
    await work({
      ...indexAdapters(ENVIRONMENT, clients),
      ...readerAdapters(ENVIRONMENT, clients),
      ...uploadAdapters(ENVIRONMENT, clients),
      clock: Date.now,
      observer: silentObserver,
    });
  } finally {
    closeClients(clients);
  }
  // Without it, S3 says 403 of a key that is not there, and not 404.
  return [...new Set([...Object.keys(calls.made()).map(actionOf), 's3:ListBucket'])].sort();
}

/** What a role may do with the registry's own stores and keys; logs and the queue are Lambda's business. */
const granted = (role: RegExp): string[] => [
  ...new Set(
    grantsOf(synthesizeRegistry(), role)
      .map((grant) => grant.split(' ')[0] ?? '')
      .filter((action) => /^(?:s3|dynamodb|kms|cloudfront|cloudfront-keyvaluestore):/.test(action))
      .sort(),
  ),
];

async function publish(name: string, ports: Partial<TestRegistry['ports']> = {}): Promise<PackageRecord> {
  const request = { repository: REPOSITORY, file: await buildPackage({ name }), publishedBy: 'tester' };
  return (await publishPackage(request, { ...registry.ports, ...ports })).record;
}

/** Claimed and stored, or only claimed; nobody has confirmed it. */
async function half(name: string, when: 'before' | 'after'): Promise<void> {
  const packages = dyingAt(registry.ports.packages, 'put', when);
  await expect(publish(name, { packages })).rejects.toThrow('died');
}

const fileOf = (name: string) => ({ ...REPOSITORY, arch: 'x86_64', name, version: '1.0-r0' });

test('the API may do what it does, and nothing it does not do', async () => {
  const { token } = await createFirstToken(EVERY_RIGHT, registry.ports);
  const actions = await actionsOf(async (clients) => {
    const ports = { ...clients, clock: Date.now };
    const issuers = new HttpsIssuers({ allowHttpIssuers: true });
    const jwts = oidcCredentials({ ...ports, issuers });
    const api = createApi({
      ...ports,
      credentials: eitherCredentials(jwts, tokenCredentials(ports)),
      trust: { ...ports, jwts, allowHttpIssuers: true },
      originSecret: 'secret',
      maxUploadBytes: 100_000,
    });
    const headers = { authorization: `Bearer ${token}`, 'x-alpenglow-origin': 'secret' };
    const path = '/api/packages/acme/alpine/edge/api';
    const body = await buildPackage({ name: 'api', arch: 'noarch' });
    expect((await api.request(`${path}?wait=0`, { method: 'PUT', headers, body })).status).toBe(201);
    const visibility = {
      method: 'PUT',
      headers: { ...headers, 'content-type': 'application/json' },
      body: '{"visibility":"public"}',
    };
    expect((await api.request('/api/owners/acme', visibility)).status).toBe(200);
    expect((await api.request('/api/packages/acme/alpine/key')).status).toBe(200);
    expect((await api.request('/acme/edge/api/x86_64/api-1.0-r0.apk', { headers })).status).toBe(302);
    const file = `${path}/noarch/api-1.0-r0.apk`;
    expect((await api.request(file, { method: 'DELETE', headers })).status).toBe(204);
    const asked = JSON.stringify({ name: 'ci', rights: [{ allow: ['publish'], on: 'acme' }] });
    const json = { ...headers, 'content-type': 'application/json' };
    const created = await api.request('/api/tokens', { method: 'POST', headers: json, body: asked });
    expect(created.status).toBe(201);
    const { id } = (await created.json()) as { id: string };
    expect((await api.request('/api/tokens', { headers })).status).toBe(200);
    const inParts = { size: 70 * 1024 ** 2, sha256: 'a'.repeat(64), part_size: 64 * 1024 ** 2 };
    const upload = { method: 'POST', headers: json, body: JSON.stringify(inParts) };
    const uploading = await api.request(`${path}/uploads`, upload);
    expect(uploading.status).toBe(201);
    const { complete_url } = (await uploading.json()) as { complete_url: string };
    const completing = await api.request(new URL(complete_url).pathname, { method: 'POST', headers });
    expect(completing.status).toBe(409);
    expect((await api.request(`/api/tokens/${id}`, { method: 'DELETE', headers })).status).toBe(204);
    const trust = {
      name: 'job',
      issuer: issuer.url,
      jwks_uri: issuer.jwksUri,
      audience: 'here',
      conditions: [{ claim: 'sub', equals: 'job' }],
      rights: [{ allow: ['admin'], on: 'acme' }],
    };
    const made = await api.request('/api/trust', {
      method: 'POST',
      headers: json,
      body: JSON.stringify(trust),
    });
    expect(made.status).toBe(201);
    const { id: policy } = (await made.json()) as { id: string };
    const job = { authorization: `Bearer ${issuer.token({ sub: 'job', aud: 'here' })}` };
    expect((await api.request(`/api/trust/${policy}`, { method: 'DELETE', headers: job })).status).toBe(204);
  });
  expect(granted(/^ApiFunctionRole/)).toEqual(actions);
});

test('the index function may do what it does, and nothing it does not do', async () => {
  await half('confirmed-by-its-event', 'after');
  const [kept, deleted] = [fileOf('confirmed-by-its-event'), await publish('deleted')];
  const other = { ...REPOSITORY, repository: 'noarch' };
  const file = await buildPackage({ arch: 'noarch' });
  const request = { repository: other, file, publishedBy: 'tester' };
  const noarch = (await publishPackage(request, registry.ports)).record;
  const actions = await actionsOf(async (ports) => {
    const update = async (...files: (typeof kept)[]) => {
      const { failures } = await updateIndexes(
        files.map((each) => changeOf(each)),
        ports,
      );
      expect(failures).toEqual([]);
    };
    await update(kept, deleted, noarch);
    await deletePackage(deleted, registry.ports);
    await deletePackage(noarch, registry.ports);
    await update(deleted, noarch);
  });
  expect(granted(/^IndexesFunctionRole/)).toEqual(actions);
});

test('the function of uploads may do what it does, and nothing it does not do', async () => {
  const repository = { ...REPOSITORY, owner: 'uploading' };
  const upload = async (name: string) => uploadFile(await buildPackage({ name }), registry, repository);
  const actions = await actionsOf(async (ports) => {
    const published = await upload('published');
    await ingestUpload(published.id, ports);
    await ingestUpload((await upload('published')).id, ports);
    expect(await ports.uploads.find(published.id)).toMatchObject({ state: 'published' });
  });
  // A copy in parts is of more than 5 GiB.
  expect(granted(/^UploadsFunctionRole/)).toEqual([...actions, 's3:AbortMultipartUpload'].sort());
});

test('reconcile may do what it does, and nothing it does not do', async () => {
  await half('stored', 'after');
  await half('claimed', 'before');
  const dying = await publish('half-deleted');
  const packages = dyingAt(registry.ports.packages, 'delete', 'before');
  await expect(deletePackage(dying, { ...registry.ports, packages })).rejects.toThrow('died');
  const path = 'acme/edge/main/x86_64';
  await publish('replaced');
  await registry.ports.packages.delete(`${path}/replaced-1.0-r0.apk`);
  for (const name of ['copied', 'replaced']) {
    const body = await buildPackage({ name, fields: { pkgdesc: 'put by hand' } });
    const sha256 = createHash('sha256').update(body).digest('hex');
    const object = { body, sha256, contentType: 'a/b', cacheControl: '' };
    await registry.ports.packages.put(`${path}/${name}-1.0-r0.apk`, object, { absent: true });
  }
  await createFirstToken({ ...EVERY_RIGHT, expiresInDays: 1 }, registry.ports);
  await registry.ports.readers.update(new Map([['v/nobody', 'public']]));
  const actions = await actionsOf(async (ports) => {
    const aMonthLater = () => Date.now() + 32 * 24 * 60 * 60 * 1000;
    const adoption = await adoptObjects({ prefix: '', stopAt: aMonthLater() }, { ...ports, clock: Date.now });
    expect(adoption.adopted).toEqual([`${path}/copied-1.0-r0.apk`, `${path}/replaced-1.0-r0.apk`]);
    const { failed, healed } = await reconcile({ ...ports, clock: aMonthLater });
    expect(failed).toEqual([]);
    expect(healed.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining([
        'publish-confirmed',
        'claim-expired',
        'delete-finished',
        'index-written',
        'token-removed',
      ]),
    );
  });
  expect(granted(/^DailyFunctionRole/)).toEqual(actions);
});
