import * as z from 'zod';
import type { NewPolicy } from '#registry/administer-trust.ts';
import type { Condition } from '#registry/trust.ts';
import { policyTerms, readTerms } from '../policy-terms.ts';

/** What a preset knows of a CI system, for the ids it was given. */
type Expanded = Pick<NewPolicy, 'name' | 'issuer' | 'jwksUri' | 'conditions'>;

/** A short form of the policies for one CI system: its own members beside those of every policy. */
export const definePreset = <Shape extends z.ZodRawShape>(
  members: Shape,
  expand: (asked: z.output<z.ZodObject<Shape>>) => Expanded,
) =>
  z.strictObject({ ...members, ...policyTerms }).transform((asked) => {
    const { name, ...expanded } = expand(asked as z.output<z.ZodObject<Shape>>);
    return { name, ...readTerms(asked as z.output<z.ZodObject<typeof policyTerms>>), ...expanded };
  });

export const numericId = z.string().regex(/^[1-9]\d{0,19}$/, 'a number is needed, in quotes');

export const uuid = z.string().regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'a UUID is needed');

/** A branch or a tag as the claim has it; `*` stands for anything but `/` and `:`. */
export const optionalRef = z.string().min(1).max(255).optional();

export const exactly = (claim: string, value: string | undefined): Condition[] =>
  value === undefined ? [] : [{ claim, equals: value }];

/** Git allows no `*` in a ref, so one that is there is a pattern. Source: git-check-ref-format(1). */
export const refLike = (claim: string, value: string | undefined): Condition[] =>
  value?.includes('*') ? [{ claim, glob: value }] : exactly(claim, value);
