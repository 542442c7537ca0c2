import { redactTokens } from '#registry/redact.ts';
import { toSourceStack } from './source-stack.ts';

/** An error as it is logged. */
export interface ErrorDescription {
  name: string;
  message: string;
  code?: string;
  stack?: string;
  cause?: ErrorDescription;
  /** What an AggregateError is made of. */
  errors?: ErrorDescription[];
}

/** Causes deeper than this are left out; a cycle ends here, too. */
const MAX_DEPTH = 8;
const MAX_ERRORS = 50;

/**
 * An error with the stacks of all that caused it. Of its other properties only `code` is taken: the SDK's
 * errors carry requests and answers, with their headers.
 */
export function describeError(error: unknown, depth = 1): ErrorDescription {
  if (!(error instanceof Error)) return { name: typeof error, message: redactTokens(String(error)) };
  const { name, message, stack, cause } = error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const isLast = depth === MAX_DEPTH;
  return {
    name,
    message: redactTokens(message),
    ...(code !== undefined && { code }),
    ...(stack !== undefined && { stack: redactTokens(toSourceStack(stack)) }),
    ...(cause !== undefined && !isLast && { cause: describeError(cause, depth + 1) }),
    ...(error instanceof AggregateError &&
      !isLast && {
        errors: error.errors.slice(0, MAX_ERRORS).map((each) => describeError(each, depth + 1)),
      }),
  };
}
