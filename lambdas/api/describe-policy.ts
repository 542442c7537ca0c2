import type { Condition, TrustPolicy } from '#registry/trust.ts';

/** A policy as answers show it: in the words that it can be sent again with. */
export const describePolicy = (policy: TrustPolicy) => ({
  id: policy.id,
  name: policy.name,
  issuer: policy.issuer,
  jwks_uri: policy.jwksUri,
  audience: policy.audience,
  conditions: policy.conditions.map(describeCondition),
  rights: policy.grants,
  max_life_seconds: policy.maxLifeSeconds,
  created_at: new Date(policy.createdAt * 1000).toISOString(),
  created_by: policy.createdBy,
});

function describeCondition(condition: Condition) {
  if ('oneOf' in condition) return { claim: condition.claim, one_of: condition.oneOf };
  if ('noneOf' in condition) return { claim: condition.claim, none_of: condition.noneOf };
  return condition;
}
