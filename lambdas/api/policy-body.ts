import * as z from 'zod';
import type { Condition } from '#registry/trust.ts';
import { policyTerms, readTerms } from './policy-terms.ts';
import { buildkite } from './presets/buildkite.ts';
import { circleci } from './presets/circleci.ts';
import { github } from './presets/github.ts';
import { gitlab } from './presets/gitlab.ts';

const value = z.string().min(1).max(512);
const values = z.array(value).min(1).max(20);

const condition = z
  .strictObject({
    claim: value,
    equals: value.optional(),
    one_of: values.optional(),
    none_of: values.optional(),
    glob: value.optional(),
  })
  .transform((asked, { addIssue }): Condition => {
    const { claim, equals, one_of: oneOf, none_of: noneOf, glob } = asked;
    const kinds: Condition[] = [
      ...(equals === undefined ? [] : [{ claim, equals }]),
      ...(oneOf === undefined ? [] : [{ claim, oneOf }]),
      ...(noneOf === undefined ? [] : [{ claim, noneOf }]),
      ...(glob === undefined ? [] : [{ claim, glob }]),
    ];
    const [kind] = kinds;
    if (kind !== undefined && kinds.length === 1) return kind;
    addIssue({ code: 'custom', message: 'exactly one of equals, one_of, none_of and glob is needed' });
    return z.NEVER;
  });

/** A policy with everything said, for issuers that have no preset. */
const written = z
  .strictObject({
    preset: z.undefined().optional(),
    ...policyTerms,
    name: z.string(),
    issuer: z.string(),
    jwks_uri: z.string(),
    conditions: z.array(condition).max(20),
  })
  .transform(({ issuer, jwks_uri: jwksUri, conditions, name, ...terms }) => ({
    ...readTerms(terms),
    name,
    issuer,
    jwksUri,
    conditions,
  }));

/** What `POST /api/trust` takes; without an audience, the registry's own address is meant. */
export const policyBody = z.discriminatedUnion('preset', [written, github, gitlab, buildkite, circleci]);
