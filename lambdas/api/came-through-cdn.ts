import { sameSecret } from '#registry/same-secret.ts';

/** What CloudFront sends its secret in. */
export const ORIGIN_HEADER = 'x-alpenglow-origin';

/** Whether CloudFront sent the request; asked directly, the fallback would tell strangers what exists. */
export function cameThroughCdn(request: Request, originSecret: string): boolean {
  const claimed = request.headers.get(ORIGIN_HEADER);
  return originSecret !== '' && claimed !== null && sameSecret(claimed, originSecret);
}
