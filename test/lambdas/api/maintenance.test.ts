import { maintainInProcess } from '#local/maintenance.ts';
import type { ReconcileAnswer } from '#registry/maintenance.ts';
import { indexKey } from '#registry/object-keys.ts';
import type { ReindexSummary } from '#registry/report-summaries.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { dyingAt, wrapping } from '#test/support/interrupted.ts';
import { listedIn } from '#test/support/registry-state.ts';
import { type ApiUnderTest, bearer, CI_TOKEN, jsonIn, problemIn, put, startApi } from './api-under-test.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

let repositories = 0;
let repository: string;
beforeEach(() => {
  repository = `repo${repositories++}`;
});

const addressOf = (name = repository) => `/api/packages/acme/alpine/v3.22/${name}`;
const indexOf = (arch = 'x86_64') => ({ owner: 'acme', branch: 'v3.22', repository, arch });
const ask = (path: string, json?: string, headers: Record<string, string> = bearer(), app = api.app) =>
  app.request(path, {
    method: 'POST',
    headers: { ...(json !== undefined && { 'Content-Type': 'application/json' }), ...headers },
    body: json,
  });
const reindex = (json?: string, headers?: Record<string, string>) =>
  ask(`${addressOf()}/reindex`, json, headers);

async function publish(arch: string): Promise<void> {
  const response = await api.app.request(`${addressOf()}?wait=20`, put(await buildPackage({ arch })));
  expect(await jsonIn(response)).toMatchObject({ indexed: true });
}
const loseIndex = (arch?: string) => api.ports.packages.delete(indexKey(indexOf(arch)));
const newestAudit = async () => (await api.ports.audit.list({ limit: 1 })).entries[0];

test('a repository is reindexed: what is lost is back, what is right stays, noarch packages are everywhere', async () => {
  await publish('x86_64');
  await publish('noarch');
  await loseIndex();
  const response = await reindex();
  expect(response.status).toBe(200);
  const [native, noarch] = [indexKey(indexOf()), indexKey(indexOf('noarch'))];
  const { reindexed, ...others } = await jsonIn<ReindexSummary>(response);
  expect(reindexed.sort()).toEqual([noarch, native].sort());
  expect(others).toEqual({ changed: [native], failed: [] });
  expect(await listedIn(indexOf(), api.ports)).toEqual(['foo-1.0-r0.apk', 'foo-1.0-r0.apk']);
  expect(await newestAudit()).toMatchObject({
    who: 'admin',
    action: 'reindex',
    on: `acme/v3.22/${repository}`,
  });
});

test('one architecture is reindexed, and no other', async () => {
  await publish('x86_64');
  await publish('aarch64');
  await loseIndex('x86_64');
  await loseIndex('aarch64');
  const key = indexKey(indexOf('aarch64'));
  const answer = await reindex('{"arch": "aarch64"}');
  expect(await jsonIn(answer)).toEqual({ reindexed: [key], changed: [key], failed: [] });
  expect(await listedIn(indexOf('x86_64'), api.ports)).toBeUndefined();
});

test('the whole registry is reconciled, and the answer says what was healed', async () => {
  await publish('x86_64');
  await loseIndex();
  const response = await ask('/api/reconcile', '{}');
  expect(response.status).toBe(200);
  const { reconciled } = await jsonIn<ReconcileAnswer>(response);
  expect(reconciled).toMatchObject({ unexplained: [], failed: [] });
  expect(reconciled.healed).toContainEqual({ kind: 'index-written', key: indexKey(indexOf()) });
  expect(await newestAudit()).toMatchObject({ who: 'admin', action: 'reconcile', on: '*' });
});

test('what fails is in the report, and logged with its cause; of others than ours, nothing is told', async () => {
  await publish('x86_64');
  await loseIndex();
  const packages = dyingAt(api.ports.packages, 'put', 'before');
  const broken = api.with(maintainInProcess({ ...api.ports, packages }));
  const key = indexKey(indexOf());
  const reindexed = await ask(`${addressOf()}/reindex`, undefined, bearer(), broken);
  expect(await jsonIn(reindexed)).toEqual({
    reindexed: [],
    changed: [],
    failed: [{ key, code: 'internal-error' }],
  });
  const { reconciled } = await jsonIn<ReconcileAnswer>(
    await ask('/api/reconcile', undefined, bearer(), broken),
  );
  expect(reconciled.failed).toEqual([{ key, error: 'Error: died before put' }]);
  const logged = expect.objectContaining({ message: `These could not be reconciled: ${key}` });
  expect(api.logged.splice(0)).toEqual([logged, logged]);
});

test('what takes longer than a request may goes on, and its end is waited for when the registry stops', async () => {
  await publish('x86_64');
  await loseIndex();
  let goOn = () => {};
  const gate = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const packages = wrapping(api.ports.packages, 'put', async (call) => {
    await gate;
    return call();
  });
  const slow = maintainInProcess({ ...api.ports, packages }, 50);
  const response = await ask(`${addressOf()}/reindex`, undefined, bearer(), api.with(slow));
  expect([response.status, await jsonIn(response)]).toEqual([202, { state: 'running' }]);
  goOn();
  await slow.close();
  expect(await listedIn(indexOf(), api.ports)).toEqual(['foo-1.0-r0.apk']);
});

test('what was never published has no indexes to make', async () => {
  const response = await reindex();
  expect(response.status).toBe(404);
  expect((await problemIn(response)).detail).toContain(`acme/v3.22/${repository} has no index`);
  await publish('x86_64');
  const other = await reindex('{"arch": "riscv64"}');
  expect(other.status).toBe(404);
  expect((await problemIn(other)).detail).toContain('has no index of riscv64; it has those of x86_64');
});

test('only an administrator may ask: of the repository for its indexes, of everything for the comparison', async () => {
  for (const path of ['/api/reconcile', `${addressOf()}/reindex`]) {
    expect((await ask(path, undefined, {})).status).toBe(401);
    expect((await ask(path, undefined, bearer(CI_TOKEN))).status).toBe(403);
  }
  const grants = [{ allow: ['admin' as const], on: 'acme' }];
  const app = api.with({ credentials: { find: async () => ({ name: 'admin of acme', grants }) } });
  expect((await ask('/api/reconcile', undefined, bearer(), app)).status).toBe(403);
  expect(await newestAudit()).toMatchObject({
    who: 'admin of acme',
    action: 'reconcile',
    refused: 'forbidden',
  });
  expect((await ask(`${addressOf()}/reindex`, undefined, bearer(), app)).status).toBe(404);
});

test.each([
  ['/api/reconcile', '{"adopt":"acme/"}'],
  ['/api/reconcile', '[]'],
  ['/api/packages/acme/alpine/v3.22/main/reindex', '{"arch":"x86/64"}'],
  ['/api/packages/acme/alpine/v3.22/main/reindex', '{"architecture":"x86_64"}'],
  ['/api/packages/acme/alpine/v3.22/main/reindex', 'x86_64'],
])('%s does not take the body %s', async (path, json) => {
  const response = await ask(path, json);
  expect(response.status).toBe(400);
  expect((await problemIn(response)).code).toBe('bad-json');
});

test.each(['/api/reconcile', '/api/packages/acme/alpine/v3.22/main/reindex'])(
  '%s is asked for with POST',
  async (path) => {
    const response = await api.app.request(path, { headers: bearer() });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  },
);
