import * as z from 'zod';

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

const indexSchema = schema.extend({
  /** The CloudFront distribution that keeps copies of what is in the bucket. */
  DISTRIBUTION_ID: z.string().min(1),
});

const readerSchema = z.object({
  /** ARN of the key value store that the viewer function decides reads by. */
  READERS_ARN: z.string().min(1),
  /** Of owners that nothing else is said of. */
  DEFAULT_VISIBILITY: z.enum(['public', 'private']),
});

const uploadSchema = z.object({
  /** Name of the bucket that uploads arrive in. */
  INCOMING_BUCKET: z.string().min(1),
});

/** What those Lambdas are configured with that take uploads. */
export type UploadEnvironment = z.infer<typeof uploadSchema>;

/** What the Lambda is configured with that publishes uploads; it signs nothing. */
const ingestSchema = schema
  .omit({ SIGNING_KEYS: true })
  .extend({ ...uploadSchema.shape, ...readerSchema.shape });

export type IngestEnvironment = z.infer<typeof ingestSchema>;

/** What those Lambdas are configured with that say who may read. */
export type ReaderEnvironment = z.infer<typeof readerSchema>;

/** What those Lambdas are configured with that change indexes. */
export type IndexEnvironment = z.infer<typeof indexSchema>;

/**
 * Reads what a Lambda is configured with; called once, at its cold start.
 * @throws ZodError that names the variables
 */
export const readEnvironment = (variables: NodeJS.ProcessEnv = process.env): Environment =>
  schema.parse(variables);

/** The same for those that change indexes. */
export const readIndexEnvironment = (variables: NodeJS.ProcessEnv = process.env): IndexEnvironment =>
  indexSchema.parse(variables);

/** The same for those that say who may read. */
export const readReaderEnvironment = (variables: NodeJS.ProcessEnv = process.env): ReaderEnvironment =>
  readerSchema.parse(variables);

/** The same for those that take uploads. */
export const readUploadEnvironment = (variables: NodeJS.ProcessEnv = process.env): UploadEnvironment =>
  uploadSchema.parse(variables);

/** The same for the one that publishes uploads. */
export const readIngestEnvironment = (variables: NodeJS.ProcessEnv = process.env): IngestEnvironment =>
  ingestSchema.parse(variables);
