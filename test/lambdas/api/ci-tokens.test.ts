import { randomUUID } from 'node:crypto';
import { buildPackage } from '#test/support/build-package.ts';
import {
  BUILDKITE_CLAIMS,
  CIRCLECI_CLAIMS,
  CIRCLECI_ORGANIZATION,
  GITHUB_CLAIMS,
  GITLAB_CLAIMS,
} from '#test/support/ci-claims.ts';
import { LocalIssuer, type TokenClaims } from '#test/support/local-issuer.ts';
import { type ApiUnderTest, bearer, jsonIn, problemIn, put, startApi } from './api-under-test.ts';
import { AUDIENCE, makePolicy, type PolicyAnswer } from './trust-under-test.ts';

const MAIN = '/api/packages/acme/alpine/v3.22/main';
const RIGHTS = [{ allow: ['publish'], on: 'acme/v3.22/main' }];

interface Ci {
  claims: TokenClaims;
  preset: object;
  /** Where its tokens come from, when they come from where they say. */
  origin: Partial<PolicyAnswer>;
  /** What makes a token that of another job. */
  strangers: TokenClaims[];
}

const CIRCLECI_ISSUER = `https://oidc.circleci.com/org/${CIRCLECI_ORGANIZATION}`;
const SYSTEMS: Record<string, Ci> = {
  github: {
    claims: GITHUB_CLAIMS,
    preset: {
      repository: 'acme/tools',
      repository_id: '123',
      repository_owner_id: '45',
      ref: 'refs/heads/main',
      environment: 'production',
    },
    origin: {
      issuer: 'https://token.actions.githubusercontent.com',
      jwks_uri: 'https://token.actions.githubusercontent.com/.well-known/jwks',
    },
    strangers: [
      { repository_id: '124' },
      { repository_id: undefined },
      { repository_id: ['124', '125'] },
      { repository_id: { 123: '123' } },
      { repository_owner_id: '46' },
      { repository: 'acme/toolz' },
      { ref: 'refs/heads/main2' },
      { ref: 'refs/tags/main' },
      { ref: 'refs/pull/1/merge' },
      { event_name: 'pull_request' },
      { event_name: 'pull_request_target' },
      { event_name: undefined },
      { environment: 'staging' },
      { environment: undefined },
    ],
  },
  gitlab: {
    claims: GITLAB_CLAIMS,
    preset: { project_id: '20', namespace_id: '72', ref: 'main' },
    origin: { issuer: 'https://gitlab.com', jwks_uri: 'https://gitlab.com/oauth/discovery/keys' },
    strangers: [
      { project_id: '21' },
      { namespace_id: '73' },
      { ref: 'other' },
      { ref_type: 'tag' },
      { ref_protected: 'false' },
      { ref_protected: undefined },
      { pipeline_source: 'merge_request_event' },
    ],
  },
  buildkite: {
    claims: BUILDKITE_CLAIMS,
    preset: {
      organization_id: BUILDKITE_CLAIMS.organization_id,
      pipeline_id: BUILDKITE_CLAIMS.pipeline_id,
      build_branch: 'main',
    },
    origin: {
      issuer: 'https://agent.buildkite.com',
      jwks_uri: 'https://agent.buildkite.com/.well-known/jwks',
    },
    strangers: [
      { organization_id: '00000000-0000-0000-0000-000000000000' },
      { pipeline_id: undefined },
      { pipeline_id: null },
      { build_branch: 'jo:main' },
    ],
  },
  circleci: {
    claims: CIRCLECI_CLAIMS,
    preset: {
      organization_id: CIRCLECI_ORGANIZATION,
      project_id: CIRCLECI_CLAIMS['oidc.circleci.com/project-id'],
      vcs_origin: 'github.com/acme/tools',
      vcs_ref: 'refs/heads/*',
    },
    origin: { issuer: CIRCLECI_ISSUER, jwks_uri: `${CIRCLECI_ISSUER}/.well-known/jwks-pub.json` },
    strangers: [
      { 'oidc.circleci.com/project-id': '00000000-0000-0000-0000-000000000000' },
      { 'oidc.circleci.com/project-id': undefined, 'oidc.circleci': { 'com/project-id': 'x' } },
      { 'oidc.circleci.com/ssh-rerun': true },
      { 'oidc.circleci.com/vcs-origin': 'github.com/jo/tools' },
      { 'oidc.circleci.com/vcs-ref': 'refs/pull/1' },
      { 'oidc.circleci.com/vcs-ref': 'refs/heads/a/b' },
    ],
  },
};

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

describe.each(Object.keys(SYSTEMS))('a job of %s', (name) => {
  const { claims, preset, origin, strangers } = SYSTEMS[name] as Ci;
  let issuer: LocalIssuer;
  let policy: PolicyAnswer;
  beforeAll(async () => {
    issuer = await LocalIssuer.start();
    const expanded = await makePolicy(api, { preset: name, ...preset, rights: RIGHTS });
    expect(expanded).toMatchObject(origin);
    // The same conditions, at an issuer that can be asked here.
    policy = await makePolicy(api, {
      name: expanded.name,
      conditions: expanded.conditions,
      rights: RIGHTS,
      issuer: issuer.url,
      jwks_uri: issuer.jwksUri,
    });
  });
  afterAll(() => issuer.close());

  /** Of a run of its own: without a `jti`, two tokens of one second and the same claims are one token. */
  const token = (changes: TokenClaims = {}) =>
    issuer.token({ aud: AUDIENCE, ...claims, run: randomUUID(), ...changes });

  const publish = async (changes: TokenClaims) =>
    api.app.request(
      MAIN,
      put(
        await buildPackage({ name: `${name}-${Math.random().toString(36).slice(2)}` }),
        bearer(token(changes)),
      ),
    );

  test('publishes with nothing but its token, and the record says who it was', async () => {
    const response = await publish({});
    expect(response.status).toBe(201);
    const { arch, name, version } = await jsonIn<{ arch: string; name: string; version: string }>(response);
    const file = { owner: 'acme', branch: 'v3.22', repository: 'main', arch, name, version };
    const [record] = await api.dependencies.records.read([file]);
    expect(record?.publishedBy).toBe(`oidc:${new URL(issuer.url).host}:${claims.sub}`);
  });

  test('does not publish elsewhere', async () => {
    const path = '/api/packages/acme/alpine/v3.22/other';
    const response = await api.app.request(path, put(await buildPackage(), bearer(token())));
    expect(response.status).toBe(403);
    expect(await problemIn(response)).toMatchObject({ code: 'forbidden' });
  });

  test.each(strangers.map((changes) => [JSON.stringify(changes), changes] as const))(
    'is not trusted with %s',
    async (_text, changes) => {
      const response = await publish(changes);
      expect(response.status).toBe(403);
      const { code, detail } = await problemIn(response);
      expect(code).toBe('not-trusted');
      expect(detail).toContain(policy.id);
      expect(detail).toContain(Object.keys(changes)[0]);
      for (const condition of policy.conditions) {
        if (condition.equals) expect(detail).not.toContain(`"${condition.equals}"`);
      }
    },
  );
});

test('GitLab on one’s own host is an issuer of its own', async () => {
  const policy = await makePolicy(api, {
    preset: 'gitlab',
    issuer: 'https://gitlab.example.com/git',
    project_id: '20',
    namespace_id: '72',
    ref_protected: false,
    rights: RIGHTS,
  });
  expect(policy).toMatchObject({
    issuer: 'https://gitlab.example.com/git',
    jwks_uri: 'https://gitlab.example.com/git/oauth/discovery/keys',
    conditions: [
      { claim: 'project_id', equals: '20' },
      { claim: 'namespace_id', equals: '72' },
      { claim: 'pipeline_source', none_of: ['merge_request_event', 'external_pull_request_event'] },
    ],
  });
});
