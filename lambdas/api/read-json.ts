import type * as z from 'zod';
import { quote } from '#apk/apk-format-error.ts';
import { type BodyLimit, readBody } from './read-body.ts';
import { RequestError } from './request-error.ts';

const LIMIT: BodyLimit = {
  bytes: 16 * 1024,
  exceeded: () => new RequestError('too-large', `The body is larger than ${LIMIT.bytes} bytes.`),
};

/**
 * The JSON that a request carries, checked against a schema whose objects are strict.
 * @throws RequestError `bad-json` that names the member, `too-large`, `body-cut-off`
 */
export async function readJson<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  checkType(request.headers.get('content-type'));
  return checkAgainst(schema, parseJson(await readBodyText(request)));
}

/** @throws RequestError `bad-json` that names the member */
export function checkAgainst<T>(schema: z.ZodType<T>, value: unknown): T {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  throw new RequestError('bad-json', error.issues.map(explain).slice(0, MAX_EXPLAINED).join(' '));
}

const MAX_EXPLAINED = 3;

/** curl's `--data` says that it sends a form. */
function checkType(type: string | null): void {
  if (type === null || /^application\/json *(?:;|$)/i.test(type)) return;
  throw new RequestError(
    'bad-json',
    `The body is ${quote(type)}, and is to be application/json: curl --json '{…}', or -H 'Content-Type: application/json'.`,
  );
}

/** @throws RequestError `bad-json` for what is not UTF-8, `too-large`, `body-cut-off` */
export async function readBodyText(request: Request): Promise<string> {
  const body = await readBody(request, LIMIT);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw new RequestError('bad-json', 'The body is not UTF-8.', { cause });
  }
}

/** V8's message is not passed on: it repeats what was sent. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RequestError('bad-json', 'The body is not JSON. Look for a quote that the shell took.', {
      cause,
    });
  }
}

/** Of zod's own messages, only that of unknown members repeats what was sent. */
function explain({ path, code, message, ...issue }: z.core.$ZodIssue): string {
  const at = path.reduce<string>(
    (to, step) => (typeof step === 'number' ? `${to}[${step}]` : `${to}${to && '.'}${String(step)}`),
    '',
  );
  if (code !== 'unrecognized_keys') return `${at || 'The body'}: ${message}.`;
  const [key = ''] = (issue as { keys?: string[] }).keys ?? [];
  return `${at || 'The body'} has a member ${quote(key)}, which means nothing here.`;
}
