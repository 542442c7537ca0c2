import * as z from 'zod';
import { definePreset, exactly, optionalRef, refLike, uuid } from './define-preset.ts';

/**
 * Buildkite Pipelines. Its agent puts the ids into a token when asked: `--claim organization_id,pipeline_id`.
 * Source: Buildkite Docs, "buildkite-agent oidc", "OIDC URLs", "Claims" and "Optional claims"
 * (buildkite.com/docs/agent/cli/reference/oidc).
 */
export const buildkite = definePreset(
  {
    preset: z.literal('buildkite'),
    organization_id: uuid,
    pipeline_id: uuid,
    build_branch: optionalRef,
  },
  (asked) => ({
    name: `buildkite ${asked.pipeline_id}`,
    issuer: 'https://agent.buildkite.com',
    jwksUri: 'https://agent.buildkite.com/.well-known/jwks',
    conditions: [
      ...exactly('organization_id', asked.organization_id),
      ...exactly('pipeline_id', asked.pipeline_id),
      ...refLike('build_branch', asked.build_branch),
    ],
  }),
);
