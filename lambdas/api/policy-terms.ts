import * as z from 'zod';
import type { NewPolicy } from '#registry/administer-trust.ts';
import { RIGHTS } from '#registry/rights.ts';

const DEFAULT_LIFE_SECONDS = 15 * 60;
const MAX_LIFE_SECONDS = 60 * 60;

/** The members that every policy has, whatever CI system it is for. */
export const policyTerms = {
  name: z.string().optional(),
  audience: z.string().min(1).max(512).optional(),
  rights: z.array(z.strictObject({ allow: z.array(z.enum(RIGHTS)), on: z.string() })),
  max_life_seconds: z.int().min(60).max(MAX_LIFE_SECONDS).default(DEFAULT_LIFE_SECONDS),
};

/** What of them is in the policy as it is asked for. */
export type Terms = Pick<NewPolicy, 'grants' | 'maxLifeSeconds'> &
  Partial<Pick<NewPolicy, 'name' | 'audience'>>;

/** Members that were not sent are left out, so that a default can stand before them. */
export const readTerms = ({
  name,
  audience,
  rights,
  max_life_seconds,
}: z.output<z.ZodObject<typeof policyTerms>>): Terms => ({
  ...(name !== undefined && { name }),
  ...(audience !== undefined && { audience }),
  grants: rights,
  maxLifeSeconds: max_life_seconds,
});
