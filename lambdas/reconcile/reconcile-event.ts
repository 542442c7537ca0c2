import * as z from 'zod';

const name = z.string().min(1);

const schema = z.object({
  /** The prefix of the objects that an operator asks to adopt. */
  adopt: z
    .string()
    .regex(/^(?!\/)/, 'Object keys begin with an owner, not with a slash: acme/v3.22/main/')
    .optional(),
  /** Somebody asks to compare, and waits for the answer. */
  reconcile: z.literal(true).optional(),
  /** Somebody asks for these indexes alone, and waits for the answer. */
  reindex: z.object({ owner: name, branch: name, repository: name, arch: name.optional() }).optional(),
});

/**
 * What the Reconcile function is asked for; of EventBridge's events, nothing but that it runs.
 * @throws ZodError
 */
export const readReconcileEvent = (event: unknown): z.infer<typeof schema> => schema.parse(event);
