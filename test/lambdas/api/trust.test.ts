import { randomUUID } from 'node:crypto';
import { LocalIssuer } from '#test/support/local-issuer.ts';
import { type ApiUnderTest, bearer, CI_TOKEN, jsonIn, problemIn, startApi } from './api-under-test.ts';
import { AUDIENCE, localPolicy, makePolicy, type PolicyAnswer, postJson } from './trust-under-test.ts';

const GITHUB = {
  preset: 'github',
  repository: 'acme/tools',
  repository_id: '123',
  repository_owner_id: '45',
  rights: [{ allow: ['publish'], on: 'acme/v3.22/main' }],
};
/** May administer and publish in one repository, and nothing else. */
const TEAM_TOKEN = 'alp_of-the-team';

let api: ApiUnderTest;
let issuer: LocalIssuer;
beforeAll(async () => {
  [api, issuer] = await Promise.all([startApi(), LocalIssuer.start()]);
  const { credentials } = api.dependencies;
  const team = { name: 'team', grants: [{ allow: ['admin', 'publish'] as const, on: 'acme/v3.22/main' }] };
  api.app = api.with({
    credentials: { find: async (token) => (token === TEAM_TOKEN ? team : credentials.find(token)) },
  });
});
afterAll(() => Promise.all([api.close(), issuer.close()]));

const list = async (token?: string) => {
  const response = await api.app.request('/api/trust', { headers: bearer(token) });
  expect(response.status).toBe(200);
  return (await jsonIn<{ policies: PolicyAnswer[] }>(response)).policies;
};
const remove = (id: string, token?: string) =>
  api.app.request(`/api/trust/${id}`, { method: 'DELETE', headers: bearer(token) });

test('a policy is made, listed as it was made, and removed', async () => {
  const policy = await makePolicy(api, localPolicy(issuer, { max_life_seconds: 60 }));
  expect(policy).toMatchObject({
    ...localPolicy(issuer),
    audience: AUDIENCE,
    max_life_seconds: 60,
    created_by: 'admin',
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
  expect(await list()).toContainEqual(policy);
  expect((await remove(policy.id)).status).toBe(204);
  expect(await list()).not.toContainEqual(policy);
  expect((await remove(policy.id)).status).toBe(404);
});

test('the GitHub preset binds ids beside the name, and takes no pull request', async () => {
  const {
    id: _,
    created_at: __,
    ...policy
  } = await makePolicy(api, {
    ...GITHUB,
    ref: 'refs/tags/v*',
    environment: 'production',
  });
  expect(policy).toEqual({
    name: 'github acme/tools',
    issuer: 'https://token.actions.githubusercontent.com',
    jwks_uri: 'https://token.actions.githubusercontent.com/.well-known/jwks',
    audience: AUDIENCE,
    conditions: [
      { claim: 'repository_id', equals: '123' },
      { claim: 'repository_owner_id', equals: '45' },
      { claim: 'repository', equals: 'acme/tools' },
      { claim: 'event_name', none_of: expect.arrayContaining(['pull_request', 'pull_request_target']) },
      { claim: 'ref', glob: 'refs/tags/v*' },
      { claim: 'environment', equals: 'production' },
    ],
    rights: [{ allow: ['publish'], on: 'acme/v3.22/main' }],
    max_life_seconds: 900,
    created_by: 'admin',
  });
});

test.each([
  ['issuer', 'http://ci.example.com'],
  ['issuer', 'https://10.0.0.1'],
  ['issuer', 'https://2130706433'],
  ['issuer', 'https://[::1]'],
  ['issuer', 'https://localhost'],
  ['issuer', 'https://ci'],
  ['issuer', 'https://ci.internal'],
  ['issuer', 'https://ci.example.com?x=1'],
  ['issuer', 'https://ci.example.com#x'],
  ['issuer', 'https://jo@ci.example.com'],
  ['issuer', 'file:///etc/passwd'],
  ['issuer', 'not a url'],
  ['jwks_uri', 'https://evil.example.org/keys'],
  ['jwks_uri', 'http://ci.example.com/keys'],
  ['jwks_uri', 'https://ci.example.com:8443/keys'],
])('a policy whose %s is %s is refused', async (member, value) => {
  const at = { issuer: 'https://ci.example.com', jwks_uri: 'https://ci.example.com/keys', [member]: value };
  if (member === 'issuer') at.jwks_uri = value;
  const response = await api.app.request('/api/trust', postJson(localPolicy(issuer, at)));
  expect(response.status).toBe(400);
  expect(await problemIn(response)).toMatchObject({ code: 'bad-issuer' });
});

test.each([
  ['https://gitlab.com', 'https://gitlab.com/mallory/keys/-/raw/main/keys.json'],
  ['https://gitlab.com', 'https://GITLAB.com:443/mallory/keys/-/raw/main/keys.json'],
  [`https://oidc.circleci.com/org/${randomUUID()}`, 'https://oidc.circleci.com/org/mallory/keys.json'],
])('keys that anybody can put at the host of %s are not taken for its own: %s', async (at, jwks_uri) => {
  const conditions = ['project_id', 'oidc.circleci.com/project-id'].map((claim) => ({ claim, equals: '20' }));
  const body = localPolicy(issuer, { issuer: at, jwks_uri, conditions });
  const response = await api.app.request('/api/trust', postJson(body));
  expect(response.status).toBe(400);
  expect(await problemIn(response)).toMatchObject({ code: 'bad-issuer' });
});

const AT_GITHUB = {
  issuer: 'https://token.actions.githubusercontent.com',
  jwks_uri: 'https://token.actions.githubusercontent.com/.well-known/jwks',
};
test.each<[string, object]>([
  ['no conditions', { conditions: [] }],
  ['a branch alone', { conditions: [{ claim: 'ref', equals: 'refs/heads/main' }] }],
  ['a pattern of subjects', { conditions: [{ claim: 'sub', glob: '*' }] }],
  ['what it must not be', { conditions: [{ claim: 'project', none_of: ['x'] }] }],
  ['a name at GitHub', { ...AT_GITHUB, conditions: [{ claim: 'repository', equals: 'acme/tools' }] }],
  ['a subject at GitHub', { ...AT_GITHUB, conditions: [{ claim: 'sub', equals: 'repo:acme/tools:x' }] }],
])('a policy with %s would trust strangers, and is refused', async (_what, changes) => {
  const response = await api.app.request('/api/trust', postJson(localPolicy(issuer, changes)));
  expect(response.status).toBe(400);
  expect(await problemIn(response)).toMatchObject({ code: 'unbound-policy' });
});

test.each<[string, unknown, string]>([
  ['an unknown preset', { ...GITHUB, preset: 'travis' }, 'preset'],
  ['an unknown member', { ...GITHUB, owner: 'acme' }, 'owner'],
  ['an id that is a number', { ...GITHUB, repository_id: 123 }, 'repository_id'],
  ['an id that is a name', { ...GITHUB, repository_id: 'tools' }, 'repository_id'],
  ['no id', { ...GITHUB, repository_id: undefined }, 'repository_id'],
  ['no rights', { ...GITHUB, rights: undefined }, 'rights'],
  ['an unknown right', { ...GITHUB, rights: [{ allow: ['own'], on: 'acme' }] }, 'rights[0].allow'],
  ['a life of two hours', { ...GITHUB, max_life_seconds: 7200 }, 'max_life_seconds'],
  ['a condition of two kinds', conditionsOf({ claim: 'a', equals: 'b', glob: 'c' }), 'conditions[0]'],
  ['a condition of no kind', conditionsOf({ claim: 'a' }), 'conditions[0]'],
  ['a condition on nothing', conditionsOf({ claim: 'a', equals: '' }), 'conditions[0].equals'],
  ['a condition with another member', conditionsOf({ claim: 'a', is: 'b' }), 'is'],
  ['a list', [], 'The body'],
  ['no JSON', '{"preset":', 'not JSON'],
  ['10,000 brackets', '['.repeat(10_000), 'not JSON'],
  [
    'brackets that end',
    { ...GITHUB, rights: JSON.parse(`${'['.repeat(4000)}${']'.repeat(4000)}`) },
    'rights',
  ],
])('a policy with %s is a 400 that names it', async (_what, body, named) => {
  const response = await api.app.request('/api/trust', postJson(body));
  expect(response.status).toBe(400);
  const { code, detail } = await problemIn(response);
  expect(code).toBe('bad-json');
  expect(detail).toContain(named);
  expect(detail.length).toBeLessThan(600);
});

function conditionsOf(condition: object) {
  return { name: 'x', issuer: 'https://a.example', jwks_uri: 'x', rights: [], conditions: [condition] };
}

test('a body of 17 KiB is a 413', async () => {
  const response = await api.app.request('/api/trust', postJson({ name: 'x'.repeat(17 * 1024) }));
  expect(response.status).toBe(413);
  await problemIn(response);
});

test.each([
  ['the whole registry', [{ allow: ['publish'], on: '*' }]],
  ['another repository', [{ allow: ['publish'], on: 'acme/v3.22/other' }]],
  ['the branch around it', [{ allow: ['publish'], on: 'acme/v3.22' }]],
  ['a right that the maker has not', [{ allow: ['publish', 'delete'], on: 'acme/v3.22/main' }]],
])('a policy gives no more than its maker has: not %s', async (_what, rights) => {
  const response = await api.app.request('/api/trust', postJson({ ...GITHUB, rights }, TEAM_TOKEN));
  expect(response.status).toBe(403);
  expect(await problemIn(response)).toMatchObject({ code: 'forbidden' });
});

test('who may publish, and not administer, makes no policy', async () => {
  const response = await api.app.request('/api/trust', postJson(GITHUB, CI_TOKEN));
  expect(response.status).toBe(403);
});

test('policies are seen and removed by those who administer all of their places', async () => {
  const ofTeam = await makePolicy(api, GITHUB, TEAM_TOKEN);
  const rights = [...GITHUB.rights, { allow: ['publish'], on: 'acme/edge' }];
  const ofMore = await makePolicy(api, { ...GITHUB, rights });
  expect(await list(TEAM_TOKEN)).toContainEqual(ofTeam);
  expect(await list(TEAM_TOKEN)).not.toContainEqual(ofMore);
  expect(await list(CI_TOKEN)).toEqual([]);
  const [refused, unknown] = await Promise.all([
    remove(ofMore.id, TEAM_TOKEN),
    remove('nothing', TEAM_TOKEN),
  ]);
  expect(refused.status).toBe(404);
  expect(await refused.text()).toBe(await unknown.text());
  expect((await remove(ofTeam.id, TEAM_TOKEN)).status).toBe(204);
});

test.each([
  ['GET', '/api/trust'],
  ['POST', '/api/trust'],
  ['DELETE', '/api/trust/x'],
])('a stranger learns nothing from %s %s', async (method, path) => {
  const response = await api.app.request(path, { method });
  expect(response.status).toBe(401);
  await problemIn(response);
});

test.each([
  ['PUT', '/api/trust', 'GET, HEAD, POST'],
  ['GET', '/api/trust/x', 'DELETE'],
])('%s %s is a 405', async (method, path, allow) => {
  const response = await api.app.request(path, { method, headers: bearer() });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe(allow);
});
