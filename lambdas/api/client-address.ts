import { cameThroughCdn } from './came-through-cdn.ts';

/**
 * Whom a request comes from. CloudFront adds the client's address to what the client says itself, and an HTTP API that of
 * CloudFront. Sources: CloudFront Developer Guide, "Request and response behavior for custom origins", X-Forwarded-For;
 * API Gateway Developer Guide, "Customize HTTP API requests", which forwards what came and appends.
 * @returns `undefined` where nothing between says it, as on one machine
 */
export function clientAddress(request: Request, originSecret: string): string | undefined {
  const addresses =
    request.headers
      .get('x-forwarded-for')
      ?.split(',')
      .map((address) => address.trim()) ?? [];
  const address = addresses.at(cameThroughCdn(request, originSecret) ? -2 : -1) ?? addresses.at(-1);
  return address === undefined || !ADDRESS.test(address) ? undefined : address;
}

/** IPv4 or IPv6, perhaps with a port. */
const ADDRESS = /^[0-9A-Fa-f.:[\]]{3,64}$/;
