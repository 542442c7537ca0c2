import { RegistryError } from './registry-error.ts';
import type { Condition, TrustPolicy } from './trust.ts';

/**
 * Which claims say whose job it is, where anybody can have jobs signed. They are ids: a name is free for others
 * once its owner has renamed or deleted the account. Sources: those of the presets.
 */
const BINDING: Readonly<Record<string, readonly string[]>> = {
  'token.actions.githubusercontent.com': ['repository_id', 'repository_owner_id', 'enterprise_id'],
  'gitlab.com': ['project_id', 'namespace_id'],
  'agent.buildkite.com': ['organization_id', 'pipeline_id'],
  'oidc.circleci.com': ['oidc.circleci.com/project-id', 'oidc.circleci.com/org-id'],
};

/** What every token has, or what anybody's job can say of itself: a branch `main`, an environment `production`. */
const NOBODYS = new Set([
  ...['iss', 'aud', 'exp', 'nbf', 'iat', 'jti', 'typ', 'azp'],
  ...['ref', 'ref_type', 'ref_path', 'ref_protected', 'base_ref', 'head_ref', 'build_branch', 'build_tag'],
  ...['event_name', 'pipeline_source', 'build_source', 'environment', 'runner_environment', 'step_key'],
]);

/**
 * A policy with no claim that is bound to an account would let everybody in who has one at that issuer.
 * @throws RegistryError `unbound-policy`
 */
export function checkBound({ issuer, conditions }: Pick<TrustPolicy, 'issuer' | 'conditions'>): void {
  const binding = BINDING[new URL(issuer).hostname];
  const bound = conditions.filter(isExact).map(({ claim }) => claim);
  if (bound.some((claim) => (binding === undefined ? !NOBODYS.has(claim) : binding.includes(claim)))) return;
  throw new RegistryError(
    'unbound-policy',
    `No condition says whose jobs they are, and ${issuer} signs for everybody. Add one with equals or one_of on ${binding?.join(' or ') ?? 'the claim that names the account or project'}.`,
  );
}

const isExact = (condition: Condition): boolean => 'equals' in condition || 'oneOf' in condition;
