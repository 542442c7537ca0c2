import * as z from 'zod';

const schema = z.object({
  adopt: z
    .string()
    .regex(/^(?!\/)/, 'Object keys begin with an owner, not with a slash: acme/v3.22/main/')
    .optional(),
});

/**
 * The prefix of the objects that an operator asks to adopt; `undefined` in EventBridge's daily event.
 * @throws ZodError
 */
export const readAdoptRequest = (event: unknown): string | undefined => schema.parse(event).adopt;
