import * as z from 'zod';
import { S3Error } from './s3-error.ts';

/** What a policy says of the file's size, in bytes. */
export interface SizeRange {
  min: number;
  max: number;
}

/** Bytes, of one file that is sent at once: 5 GiB. */
const MAX_FILE_BYTES = 5 * 1024 ** 3;

const size = z.coerce.number().int().nonnegative();
const policySchema = z.object({
  expiration: z.iso.datetime(),
  conditions: z.array(
    z.union([
      z.tuple([z.literal('content-length-range'), size, size]),
      z.tuple([z.enum(['eq', 'starts-with']), z.string().regex(/^\$/), z.string()]),
      z.record(z.string(), z.string()),
    ]),
  ),
});

type Policy = z.infer<typeof policySchema>;

/** Fields that no condition need be about. */
const FREE_FIELD = /^(?:policy|x-amz-signature|x-ignore-.*)$/;

/**
 * Holds a form to its policy.
 * Source: Amazon S3 API Reference, "Creating a POST Policy".
 * @param fields what the form says, and the name of the bucket
 * @throws S3Error
 */
export function checkPolicy(policy: string, fields: ReadonlyMap<string, string>): SizeRange {
  const { expiration, conditions } = parsePolicy(policy);
  if (!(Date.parse(expiration) > Date.now())) throw invalid('Policy expired.');
  const range = { min: 0, max: MAX_FILE_BYTES };
  const covered = new Set<string>();
  for (const condition of conditions) {
    if (!Array.isArray(condition)) {
      for (const [name, value] of Object.entries(condition)) check('eq', name, value);
    } else if (condition[0] === 'content-length-range') {
      range.min = Math.max(range.min, condition[1]);
      range.max = Math.min(range.max, condition[2]);
    } else {
      check(condition[0], condition[1].slice(1), condition[2]);
    }
  }
  const extra = [...fields.keys()].filter((name) => !covered.has(name) && !FREE_FIELD.test(name));
  if (extra.length > 0) throw invalid(`Extra input fields: ${extra.join(', ')}`);
  return range;

  function check(operator: 'eq' | 'starts-with', name: string, expected: string): void {
    const value = fields.get(name.toLowerCase());
    const holds = operator === 'eq' ? value === expected : value?.startsWith(expected);
    if (!holds) throw invalid(`Policy Condition failed: ${JSON.stringify([operator, `$${name}`, expected])}`);
    covered.add(name.toLowerCase());
  }
}

function parsePolicy(policy: string): Policy {
  try {
    return policySchema.parse(JSON.parse(Buffer.from(policy, 'base64').toString()));
  } catch (error) {
    throw new S3Error('InvalidPolicyDocument', `Invalid Policy: ${(error as Error).message}`);
  }
}

const invalid = (why: string) => new S3Error('AccessDenied', `Invalid according to Policy: ${why}`);
