import type { TokenClaims } from './local-issuer.ts';

/** Source: GitHub Docs, "OpenID Connect reference", the example of a token. */
export const GITHUB_CLAIMS: TokenClaims = {
  sub: 'repo:acme/tools:ref:refs/heads/main',
  ref: 'refs/heads/main',
  ref_type: 'branch',
  ref_protected: 'true',
  sha: '9f3182061f1e2cca4702c368cbc039b7dc9d4485',
  repository: 'acme/tools',
  repository_id: '123',
  repository_owner: 'acme',
  repository_owner_id: '45',
  repository_visibility: 'public',
  run_id: '8001',
  run_number: '10',
  run_attempt: '1',
  runner_environment: 'github-hosted',
  actor: 'jo',
  actor_id: '12',
  workflow: 'release',
  workflow_ref: 'acme/tools/.github/workflows/release.yml@refs/heads/main',
  job_workflow_ref: 'acme/tools/.github/workflows/release.yml@refs/heads/main',
  head_ref: '',
  base_ref: '',
  event_name: 'push',
  environment: 'production',
};

/** Source: GitLab Docs, "OpenID Connect (OIDC) Authentication Using ID Tokens", "Token payload". */
export const GITLAB_CLAIMS: TokenClaims = {
  sub: 'project_path:my-group/my-project:ref_type:branch:ref:main',
  namespace_id: '72',
  namespace_path: 'my-group',
  project_id: '20',
  project_path: 'my-group/my-project',
  user_id: '1',
  user_login: 'sample-user',
  user_identities: [{ provider: 'github', extern_uid: '2435223452345' }],
  pipeline_id: '574',
  pipeline_source: 'push',
  job_id: '302',
  ref: 'main',
  ref_type: 'branch',
  ref_path: 'refs/heads/main',
  ref_protected: 'true',
  runner_id: 1,
  runner_environment: 'self-hosted',
  sha: '714a629c0b401fdce83e847fc9589983fc6f46bc',
};

/** Source: Buildkite Docs, "buildkite-agent oidc", "Example token contents", with two optional claims. */
export const BUILDKITE_CLAIMS: TokenClaims = {
  sub: 'organization:acme-inc:pipeline:super-duper-app:ref:refs/heads/main:commit:9f3182061f1e2cca4702c368cbc039b7dc9d4485:step:build',
  organization_slug: 'acme-inc',
  organization_id: '0184990a-477b-4fa8-9968-496074483a77',
  pipeline_slug: 'super-duper-app',
  pipeline_id: '0184990a-4782-42b5-afc1-16715b10b1a0',
  build_number: 1,
  build_branch: 'main',
  build_commit: '9f3182061f1e2cca4702c368cbc039b7dc9d4485',
  step_key: null,
  job_id: '0184990a-477b-4fa8-9968-496074483cee',
  agent_id: '0184990a-4782-42b5-afc1-16715b10b8ff',
  build_source: 'ui',
  runner_environment: 'buildkite-hosted',
};

export const CIRCLECI_ORGANIZATION = '3b7d2f3e-1c2a-4a5b-9d10-2bbf3c4d5e6f';
const CIRCLECI_PROJECT = '6a1b2c3d-4e5f-6789-abcd-ef0123456789';

/** Source: CircleCI Docs, "Using OpenID Connect tokens in jobs"; they have no `jti` and no `nbf`. */
export const CIRCLECI_CLAIMS: TokenClaims = {
  sub: `org/${CIRCLECI_ORGANIZATION}/project/${CIRCLECI_PROJECT}/user/5c1f8b1e-0000-4000-8000-000000000000`,
  jti: undefined,
  nbf: undefined,
  'oidc.circleci.com/org-id': CIRCLECI_ORGANIZATION,
  'oidc.circleci.com/project-id': CIRCLECI_PROJECT,
  'oidc.circleci.com/vcs-origin': 'github.com/acme/tools',
  'oidc.circleci.com/vcs-ref': 'refs/heads/main',
  'oidc.circleci.com/context-ids': ['0f3d4a9a-0000-4000-8000-000000000000'],
  'oidc.circleci.com/ssh-rerun': false,
};
