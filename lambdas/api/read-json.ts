import type * as z from 'zod';
import { readBody } from './read-body.ts';
import { RequestError } from './request-error.ts';

/** Bytes; the largest body is of twenty public keys. */
const MAX_JSON_BYTES = 32 * 1024;

/**
 * The JSON body of a request, whatever type it says to be, in the shape that is wanted.
 * @throws RequestError `bad-json` that names the member, `too-large`
 */
export async function readJson<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(parse((await readBody(request, MAX_JSON_BYTES)).toString('utf8')));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'the body'}: ${message}`,
  );
  throw new RequestError('bad-json', `The body is not what is wanted. ${faults.join('; ')}.`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RequestError('bad-json', 'The body is not JSON.', { cause });
  }
}
