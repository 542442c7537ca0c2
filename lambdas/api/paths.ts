import type { Context } from 'hono';
import { quote } from '#apk/apk-format-error.ts';
import { RegistryError } from '#registry/registry-error.ts';
import { RequestError } from './request-error.ts';

/** The path as it was sent: routes see it before any decoding, so that each segment is decoded once. */
export const rawPath = (request: Request): string => new URL(request.url).pathname;

/** @throws RequestError `bad-path` for percent signs that encode nothing */
export function checkPath(request: Request): void {
  const path = rawPath(request);
  try {
    decodeURIComponent(path);
  } catch (cause) {
    throw new RequestError(
      'bad-path',
      `The path ${quote(path)} is not well percent-encoded: write a percent sign as %25.`,
      { cause },
    );
  }
}

/** curl appends the file's name to a URL that ends with a slash. */
const PATHS =
  'Publish with PUT /api/packages/{owner}/alpine/{branch}/{repository}, without a slash or a file name at its end; DELETE takes /{arch}/{name}-{version}.apk after it.';

/** @throws RequestError `no-such-path` */
export function refusePath({ req }: Context): never {
  throw new RequestError(
    'no-such-path',
    `There is nothing at ${req.method} ${quote(rawPath(req.raw))}. ${PATHS}`,
  );
}

/** Reads the names in a path next to the files: what no name could be is not there, as in the bucket. */
export function parseOrRefuse<T>(context: Context, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RegistryError) refusePath(context);
    throw error;
  }
}

/** Answers every method that a path's other routes have left. */
export const refuseOtherMethods =
  (allow: string) =>
  ({ req }: Context): never => {
    throw new RequestError(
      'method-not-allowed',
      `${quote(rawPath(req.raw))} does not take ${req.method}. Send ${allow}. ${PATHS}`,
      { allow },
    );
  };

/** What stands before the paths in an answer, without a slash at its end. */
export const publicUrlOf = ({ req }: Context, publicUrl: string | undefined): string =>
  (publicUrl ?? new URL(req.url).origin).replace(/\/+$/, '');
