import { z } from 'zod';

const schema = z.object({
  /** Name of the bucket that CloudFront serves. */
  PACKAGES_BUCKET: z.string().min(1),
  TABLE_NAME: z.string().min(1),
  /** Ids or ARNs of the KMS keys that sign every index, separated by commas. */
  SIGNING_KEYS: z
    .string()
    .min(1)
    .transform((keys) => keys.split(',')),
  /** What the key file is named after. */
  REGISTRY_NAME: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/),
});

export type Environment = z.infer<typeof schema>;

/**
 * Reads what a Lambda is configured with; called once, at its cold start.
 * @throws ZodError that names the variables
 */
export const readEnvironment = (variables: NodeJS.ProcessEnv = process.env): Environment =>
  schema.parse(variables);
