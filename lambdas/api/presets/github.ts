import * as z from 'zod';
import { definePreset, exactly, numericId, optionalRef, refLike } from './define-preset.ts';

/**
 * GitHub Actions. Ids are asked for beside the name, since a name is free for others once its owner is gone.
 * Source: GitHub Docs, "OpenID Connect reference", "OIDC token claims"
 * (docs.github.com/en/actions/reference/security/oidc).
 */
export const github = definePreset(
  {
    preset: z.literal('github'),
    repository: z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/, 'write it as OWNER/REPOSITORY'),
    repository_id: numericId,
    repository_owner_id: numericId,
    ref: optionalRef,
    environment: z.string().min(1).max(255).optional(),
  },
  (asked) => ({
    name: `github ${asked.repository}`,
    issuer: 'https://token.actions.githubusercontent.com',
    jwksUri: 'https://token.actions.githubusercontent.com/.well-known/jwks',
    conditions: [
      ...exactly('repository_id', asked.repository_id),
      ...exactly('repository_owner_id', asked.repository_owner_id),
      ...exactly('repository', asked.repository),
      { claim: 'event_name', noneOf: BY_STRANGERS },
      ...refLike('ref', asked.ref),
      ...exactly('environment', asked.environment),
    ],
  }),
);

/**
 * Events that somebody without a right to push can cause, or have the workflow run what they wrote.
 * Source: GitHub Docs, "Events that trigger workflows".
 */
const BY_STRANGERS = [
  'pull_request',
  'pull_request_target',
  'pull_request_review',
  'pull_request_review_comment',
];
