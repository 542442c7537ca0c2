import { randomUUID } from 'node:crypto';
import { indexAdapters } from '#aws/index-adapters.ts';
import { readerAdapters } from '#aws/reader-adapters.ts';
import { uploadAdapters } from '#aws/upload-adapters.ts';
import { createApi } from '#lambdas/api/app.ts';
import { MAX_UPLOAD_BYTES } from '#lambdas/api/upload-limit.ts';
import { maintainInProcess } from '#local/maintenance.ts';
import { LOCAL_ENVIRONMENT, type RunningRegistry, startRegistry } from '#local/registry.ts';
import { HttpsIssuers } from '#oidc/https-issuers.ts';
import { eitherCredentials } from '#registry/either-credentials.ts';
import { issueToken } from '#registry/issue-token.ts';
import { oidcCredentials } from '#registry/oidc-credentials.ts';
import { type Grant, RIGHTS } from '#registry/rights.ts';
import { tokenCredentials } from '#registry/token-credentials.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { LocalIssuer, type TokenClaims } from '#test/support/local-issuer.ts';
import { registryFolder } from '#test/support/registry-folder.ts';
import { silentObserver } from '#test/support/registry-ports.ts';

const ROOT = 'alp-token-of-the-start';
const AUDIENCE = 'https://apk.example.com';
const INDEX = 'v3.22/main/x86_64/APKINDEX.tar.gz';
const REPOSITORY = '/api/packages/acme/alpine/v3.22/main';

/** API: asked past CloudFront, as anybody may who finds its address out. Edge: through CloudFront, as everybody does. */
type Surface = 'API' | 'edge';
type Ask = (path: string, init?: RequestInit) => Response | Promise<Response>;

let registry: RunningRegistry;
let issuer: LocalIssuer;
let removeFolder: () => Promise<void>;
let ports: ReturnType<typeof portsOf>;
const surfaces = {} as Record<Surface, Ask>;

function portsOf({ standIns }: RunningRegistry) {
  const environment = { ...LOCAL_ENVIRONMENT, DEFAULT_VISIBILITY: 'public' as const };
  return {
    ...indexAdapters(environment, standIns.clients),
    ...readerAdapters(environment, standIns.clients),
    ...uploadAdapters(environment, standIns.clients),
    clock: Date.now,
    observer: silentObserver,
  };
}

beforeAll(async () => {
  const { folder, remove } = await registryFolder();
  removeFolder = remove;
  const onError = (error: unknown) => {
    throw error;
  };
  registry = await startRegistry({ port: 0, folder, token: ROOT, onError, allowHttpIssuers: true });
  issuer = await LocalIssuer.start();
  ports = portsOf(registry);
  const jwts = oidcCredentials({ ...ports, issuers: new HttpsIssuers({ allowHttpIssuers: true }) });
  const api = createApi({
    ...ports,
    ...maintainInProcess(ports),
    credentials: eitherCredentials(jwts, tokenCredentials(ports)),
    trust: { ...ports, jwts, allowHttpIssuers: true },
    originSecret: 'known-to-cloudfront-alone',
    maxUploadBytes: MAX_UPLOAD_BYTES,
  });
  surfaces.API = (path, init) => api.request(path, init);
  surfaces.edge = (path, init) => fetch(`${registry.url}${path}`, { redirect: 'manual', ...init });

  for (const owner of ['acme', 'public']) {
    const put = { method: 'PUT', headers: as(ROOT), body: await buildPackage({ name: 'there' }) };
    const published = await surfaces.edge(`/api/packages/${owner}/alpine/v3.22/main?wait=20`, put);
    expect(await published.json()).toMatchObject({ indexed: true });
  }
  const body = '{"visibility":"private"}';
  expect((await surfaces.edge('/api/owners/acme', { method: 'PUT', ...json(ROOT, body) })).status).toBe(200);
  const policy = { ...policyOf('jobs', 'acme'), rights: [{ allow: RIGHTS, on: 'acme' }] };
  const trusted = { method: 'POST', ...json(ROOT, JSON.stringify(policy)) };
  expect((await surfaces.edge('/api/trust', trusted)).status).toBe(201);
}, 90_000);
afterAll(async () => {
  await registry?.close();
  await issuer?.close();
  await removeFolder?.();
});

const as = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };
const json = (token: string | undefined, body: string) => ({
  headers: { ...as(token), 'content-type': 'application/json' },
  body,
});
const policyOf = (name: string, project: string) => ({
  name,
  issuer: issuer.url,
  jwks_uri: issuer.jwksUri,
  audience: AUDIENCE,
  conditions: [{ claim: 'project', equals: project }],
  rights: [{ allow: ['admin'], on: 'acme' }],
});

async function tokenWith(grants: Grant[], expiresAt = Date.now() / 1000 + 3600): Promise<string> {
  const { token } = await issueToken({ name: 'somebody', grants, createdBy: 'test', expiresAt }, ports);
  return token;
}
const onAcme = (...allow: Grant['allow']) => tokenWith([{ allow, on: 'acme' }]);
const job = (claims: TokenClaims = {}) =>
  issuer.token({ sub: 'job', aud: AUDIENCE, project: 'acme', jti: randomUUID(), ...claims });

/** A new one for each request, since a job's token is good for one. */
const CREDENTIALS: Record<string, () => Promise<string | undefined>> = {
  no: async () => undefined,
  wrong: async () => `alp_${'a'.repeat(16)}_${'A'.repeat(43)}`,
  expired: () => tokenWith([{ allow: RIGHTS, on: '*' }], Date.now() / 1000 - 1),
  async revoked() {
    const token = await tokenWith([{ allow: RIGHTS, on: '*' }]);
    const path = `/api/tokens/${token.split('_')[1]}`;
    expect((await surfaces.edge(path, { method: 'DELETE', headers: as(ROOT) })).status).toBe(204);
    return token;
  },
  read: () => onAcme('read'),
  publish: () => onAcme('publish'),
  delete: () => onAcme('delete'),
  admin: () => onAcme('admin'),
  "other owner's": () => tokenWith([{ allow: RIGHTS, on: 'public' }]),
  "other branch's": () => tokenWith([{ allow: RIGHTS, on: 'acme/edge' }]),
  'OIDC right': async () => job(),
  'OIDC wrong claim': async () => job({ project: 'other' }),
  'OIDC wrong audience': async () => job({ aud: 'https://other.example.com' }),
  'OIDC expired': async () => job({ exp: Math.floor(Date.now() / 1000) - 300 }),
  async 'OIDC replayed'() {
    const jwt = job();
    await surfaces.edge('/api/audit?owner=acme', { headers: as(jwt) });
    return jwt;
  },
};

let packages = 0;
const ACTIONS: Record<string, (ask: Ask, token: string | undefined) => Promise<Response>> = {
  'read public': async (ask, token) => ask(`/public/${INDEX}`, { headers: as(token) }),
  'read private': async (ask, token) => ask(`/acme/${INDEX}`, { headers: as(token) }),
  async publish(ask, token) {
    const body = await buildPackage({ name: `package${packages++}` });
    return ask(REPOSITORY, { method: 'PUT', headers: as(token), body });
  },
  async delete(ask, token) {
    const name = `package${packages++}`;
    const put = { method: 'PUT', headers: as(ROOT), body: await buildPackage({ name }) };
    expect((await surfaces.edge(REPOSITORY, put)).status).toBe(201);
    return ask(`${REPOSITORY}/x86_64/${name}-1.0-r0.apk`, { method: 'DELETE', headers: as(token) });
  },
  token: async (ask, token) =>
    ask('/api/tokens', {
      method: 'POST',
      ...json(token, JSON.stringify({ name: 'new', rights: [{ allow: ['admin'], on: 'acme' }] })),
    }),
  trust: async (ask, token) =>
    ask('/api/trust', { method: 'POST', ...json(token, JSON.stringify(policyOf('new', randomUUID()))) }),
  audit: async (ask, token) => ask('/api/audit?owner=acme', { headers: as(token) }),
  reindex: async (ask, token) => ask(`${REPOSITORY}/reindex`, { method: 'POST', headers: as(token) }),
  setup: async (ask, token) => ask('/acme/v3.22/main/setup.sh', { headers: as(token) }),
};

/**
 * Each cell: the status past CloudFront, and through it. CloudFront knows tokens that read something, and no others: not those
 * of jobs, which are exchanged for one that lasts.
 */
const EXPECTED = `
                     read public read private publish delete  token   trust   audit   reindex setup
no                   404/200     404/401      401/401 401/401 401/401 401/401 401/401 401/401 404/200
wrong                404/200     404/401      401/401 401/401 401/401 401/401 401/401 401/401 404/200
expired              404/200     404/401      401/401 401/401 401/401 401/401 401/401 401/401 404/200
revoked              404/200     404/401      401/401 401/401 401/401 401/401 401/401 401/401 404/200
read                 404/200     404/200      403/403 403/403 403/403 403/403 403/403 403/403 404/200
publish              404/200     404/401      201/201 403/403 403/403 403/403 403/403 403/403 404/200
delete               404/200     404/401      403/403 204/204 403/403 403/403 403/403 403/403 404/200
admin                404/200     404/401      403/403 403/403 201/201 201/201 200/200 200/200 404/200
other owner's        404/200     404/403      403/403 403/403 403/403 403/403 403/403 403/403 404/200
other branch's       404/200     404/403      403/403 403/403 403/403 403/403 403/403 403/403 404/200
OIDC right           404/200     404/401      201/201 204/204 201/201 201/201 200/200 200/200 404/200
OIDC wrong claim     404/200     404/401      403/403 403/403 403/403 403/403 403/403 403/403 404/200
OIDC wrong audience  404/200     404/401      401/401 401/401 401/401 401/401 401/401 401/401 404/200
OIDC expired         404/200     404/401      401/401 401/401 401/401 401/401 401/401 401/401 404/200
OIDC replayed        404/200     404/401      401/401 401/401 401/401 401/401 401/401 401/401 404/200
`;

test('who may do what, past CloudFront and through it', async () => {
  const columns = Object.keys(ACTIONS).map((name) => name.padEnd(Math.max(7, name.length)));
  const lines = [[''.padEnd(20), ...columns]];
  for (const [who, credential] of Object.entries(CREDENTIALS)) {
    const line = [who.padEnd(20)];
    for (const [i, act] of Object.values(ACTIONS).entries()) {
      const statuses: number[] = [];
      for (const surface of ['API', 'edge'] as const) {
        statuses.push((await act(surfaces[surface], await credential())).status);
      }
      line.push(statuses.join('/').padEnd(columns[i]?.length ?? 0));
    }
    lines.push(line);
  }
  const table = lines.map((line) => line.join(' ').trimEnd()).join('\n');
  process.stdout.write(`${table}\n`);
  expect(table).toBe(EXPECTED.trim().padStart(EXPECTED.trim().length + 21));
}, 120_000);
