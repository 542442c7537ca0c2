import type * as z from 'zod';
import { checkAgainst, readBodyText, readJson } from './read-json.ts';
import { RequestError } from './request-error.ts';

const FORM = /^application\/x-www-form-urlencoded *(?:;|$)/i;

/**
 * What a request says, as JSON or, for the sake of `curl --data`, as a form; checked against a strict schema whose
 * members may be text.
 * @throws RequestError `bad-json` that names the member, `too-large`, `body-cut-off`
 */
export async function readFields<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  if (!FORM.test(request.headers.get('content-type') ?? '')) return readJson(request, schema);
  const fields = [...new URLSearchParams(await readBodyText(request))];
  const named = Object.fromEntries(fields);
  if (Object.keys(named).length === fields.length) return checkAgainst(schema, named);
  throw new RequestError('bad-json', 'The form has a field twice.');
}
