import type { MiddlewareHandler } from 'hono';
import { quote } from '#apk/apk-format-error.ts';
import { publicUrlOf } from './paths.ts';
import { RequestError } from './request-error.ts';

/** What changes nothing. */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses what a page of another site sends. A browser that was once told a token as a password sends it along, whoever's
 * page asks; and a form, or a body without a type, it sends without asking us first. Others than browsers say no Origin.
 * Source: Fetch Standard, "Origin header", "CORS-safelisted request-header".
 * @throws RequestError `other-site`
 */
export const refuseOtherSites =
  (publicUrl: string | undefined): MiddlewareHandler =>
  async (context, next) => {
    const origin = context.req.header('origin');
    if (origin !== undefined && !SAFE_METHODS.has(context.req.method)) {
      // By host: a proxy may have taken the TLS off.
      const isOurs = URL.canParse(origin) && hostOf(origin) === hostOf(publicUrlOf(context, publicUrl));
      if (!isOurs) throw new RequestError('other-site', refusal(origin));
    }
    await next();
  };

const hostOf = (url: string): string => new URL(url).host;

const refusal = (origin: string): string =>
  `A page of ${quote(origin)} has sent this, and only the registry's own may. Send it without the header Origin, as curl does.`;
