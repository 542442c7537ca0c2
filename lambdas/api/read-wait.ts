import * as z from 'zod';
import { quote } from '#apk/apk-format-error.ts';
import { RequestError } from './request-error.ts';

/** Below the 30 seconds after which an HTTP API gives up on its Lambda. */
const MAX_WAIT_SECONDS = 25;

const waitSchema = z
  .string()
  .regex(/^\d{1,2}(\.\d{1,3})?$/)
  .transform(Number)
  .pipe(z.number().max(MAX_WAIT_SECONDS))
  .optional();

/**
 * The query parameter `wait`: for how many seconds the answer may wait until apk sees the package.
 * @throws RequestError `bad-wait`
 */
export function readWait(text: string | undefined): number | undefined {
  const { success, data } = waitSchema.safeParse(text);
  if (success) return data;
  throw new RequestError(
    'bad-wait',
    `wait is ${quote(text ?? '')}, not a number of seconds from 0 to ${MAX_WAIT_SECONDS}, for example ?wait=20.`,
  );
}
