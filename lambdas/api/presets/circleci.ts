import * as z from 'zod';
import { definePreset, exactly, optionalRef, refLike, uuid } from './define-preset.ts';

/**
 * CircleCI, where each organization is an issuer of its own. A job that somebody reruns with SSH is not trusted:
 * they can do in it what they want. `vcs_origin` is for projects that pass secrets to builds of forks.
 * Source: CircleCI Docs, "Using OpenID Connect tokens in jobs", "Format of the OpenID Connect ID token"
 * (circleci.com/docs/openid-connect-tokens); the address of the keys is what the issuer's
 * `/.well-known/openid-configuration` gives as `jwks_uri`.
 */
export const circleci = definePreset(
  {
    preset: z.literal('circleci'),
    organization_id: uuid,
    project_id: uuid,
    vcs_origin: z.string().min(1).max(255).optional(),
    vcs_ref: optionalRef,
  },
  (asked) => ({
    name: `circleci ${asked.project_id}`,
    issuer: `https://oidc.circleci.com/org/${asked.organization_id}`,
    jwksUri: `https://oidc.circleci.com/org/${asked.organization_id}/.well-known/jwks-pub.json`,
    conditions: [
      ...exactly('oidc.circleci.com/project-id', asked.project_id),
      { claim: 'oidc.circleci.com/ssh-rerun', noneOf: ['true'] },
      ...exactly('oidc.circleci.com/vcs-origin', asked.vcs_origin),
      ...refLike('oidc.circleci.com/vcs-ref', asked.vcs_ref),
    ],
  }),
);
