import * as z from 'zod';
import { readBodyText, readJson } from './read-json.ts';
import { readToken } from './read-token.ts';
import { RequestError } from './request-error.ts';

/** Source: RFC 8693 sections 2.1 and 3. */
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const JWT_TYPES = ['urn:ietf:params:oauth:token-type:jwt', 'urn:ietf:params:oauth:token-type:id_token'];
export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';

/** What RFC 8693 lets a client ask for besides, there is only one of here; it may say so. */
const exchange = z.strictObject({
  grant_type: z.literal(TOKEN_EXCHANGE),
  subject_token: z.string().min(1),
  subject_token_type: z.enum(JWT_TYPES),
  requested_token_type: z.literal(ACCESS_TOKEN_TYPE).optional(),
});

/**
 * The JSON Web Token that is to be exchanged: of the body, a form or JSON, and without one the bearer's.
 * @throws RequestError `bad-exchange`, `bad-json`, `too-large`, `body-cut-off`
 */
export async function readExchange(request: Request): Promise<string | undefined> {
  const type = request.headers.get('content-type') ?? '';
  if (/^application\/json *(?:;|$)/i.test(type)) return (await readJson(request, exchange)).subject_token;
  const form = await readBodyText(request);
  if (form === '') return readToken(request.headers.get('authorization') ?? undefined);
  return readForm(form);
}

/** Source: RFC 6749 section 3.2: no parameter more than once. */
function readForm(form: string): string {
  const parameters = [...new URLSearchParams(form)];
  const { success, data } = exchange.safeParse(Object.fromEntries(parameters));
  if (success && Object.keys(data).length === parameters.length) return data.subject_token;
  throw new RequestError(
    'bad-exchange',
    `Send the token as Authorization: Bearer and no body, or a form with grant_type=${TOKEN_EXCHANGE}, subject_token=… and subject_token_type=${JWT_TYPES[0]}, each once.`,
  );
}
