import * as z from 'zod';

const schema = z.object({
  /** What CloudFront sends as `x-alpenglow-origin`; made at deploy. */
  ORIGIN_SECRET: z.string().min(32),
  /** `https://` and the distribution's domain. */
  PUBLIC_URL: z.url(),
  /** Name of the function that signs, and so reconciles. */
  RECONCILE_FUNCTION: z.string().min(1),
});

export type ApiEnvironment = z.infer<typeof schema>;

/**
 * Reads what the api Lambda is configured with beside what all of them are; called once, at its cold start.
 * @throws ZodError that names the variables
 */
export const readApiEnvironment = (variables: NodeJS.ProcessEnv = process.env): ApiEnvironment =>
  schema.parse(variables);
