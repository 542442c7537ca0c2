import * as z from 'zod';
import { definePreset, exactly, numericId, optionalRef, refLike } from './define-preset.ts';

/**
 * GitLab CI/CD, gitlab.com or self-managed. A branch and a tag may have the same name, so a ref comes with its type.
 * Source: GitLab Docs, "OpenID Connect (OIDC) Authentication Using ID Tokens", "Token payload"
 * (docs.gitlab.com/ci/secrets/id_token_authentication).
 */
export const gitlab = definePreset(
  {
    preset: z.literal('gitlab'),
    issuer: z.string().default('https://gitlab.com'),
    project_id: numericId,
    namespace_id: numericId,
    ref: optionalRef,
    ref_type: z.enum(['branch', 'tag']).default('branch'),
    ref_protected: z.boolean().default(true),
  },
  (asked) => ({
    name: `gitlab project ${asked.project_id}`,
    issuer: asked.issuer,
    jwksUri: `${asked.issuer.replace(/\/$/, '')}/oauth/discovery/keys`,
    conditions: [
      ...exactly('project_id', asked.project_id),
      ...exactly('namespace_id', asked.namespace_id),
      ...(asked.ref_protected ? exactly('ref_protected', 'true') : []),
      { claim: 'pipeline_source', noneOf: BY_STRANGERS },
      ...refLike('ref', asked.ref),
      ...(asked.ref === undefined ? [] : exactly('ref_type', asked.ref_type)),
    ],
  }),
);

/** Pipelines of merge requests run what others wrote. Source: GitLab Docs, "Predefined CI/CD variables", `CI_PIPELINE_SOURCE`. */
const BY_STRANGERS = ['merge_request_event', 'external_pull_request_event'];
