import { createHash, timingSafeEqual } from 'node:crypto';

const ORIGIN_HEADER = 'x-alpenglow-origin';

/** Whether CloudFront sent the request; asked directly, the fallback would tell strangers what exists. */
export function cameThroughCdn(request: Request, originSecret: string): boolean {
  const claimed = request.headers.get(ORIGIN_HEADER);
  if (!claimed || originSecret === '') return false;
  return timingSafeEqual(digest(claimed), digest(originSecret));
}

const digest = (secret: string) => createHash('sha256').update(secret).digest();
