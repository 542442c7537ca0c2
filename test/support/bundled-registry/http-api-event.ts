import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** What an HTTP API has of its own in the events that it sends. */
const DOMAIN = 'abcdef1234.execute-api.local.amazonaws.com';

/**
 * Everything but these is base64, a missing type and forms included. The Developer Guide says "binary" and
 * no more; these were seen at a real HTTP API.
 * Source: ministackorg/ministack pull request 766.
 */
const TEXT = /^(?:text\/|application\/(?:json|xml|javascript)\b)/i;

/**
 * What an HTTP API makes of a request for its `$default` route.
 * Source: API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs", payload format 2.0.
 * @param body all of the request's body
 */
export function httpApiEvent(request: Request, body: Uint8Array): APIGatewayProxyEventV2 {
  const { method, url, headers } = request;
  const { pathname, search, searchParams } = new URL(url);
  const { cookie, ...others } = Object.fromEntries(headers);
  const path = decodedPath(pathname);
  const isText = TEXT.test(headers.get('content-type') ?? '');
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: search.slice(1),
    ...(cookie !== undefined && { cookies: cookie.split(/; */) }),
    headers: { ...others, host: DOMAIN, 'x-forwarded-port': '443', 'x-forwarded-proto': 'https' },
    ...(search.length > 1 && { queryStringParameters: joinedParameters(searchParams) }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'abcdef1234',
      domainName: DOMAIN,
      domainPrefix: 'abcdef1234',
      http: {
        method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: others['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: new Date().toISOString(),
      timeEpoch: Date.now(),
    },
    ...(body.length > 0 && { body: Buffer.from(body).toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/**
 * `rawPath` is decoded, whatever its name says, and ends at a question mark that was encoded.
 * Source: hotsock/voker pull request 8, which has events of a real HTTP API; honojs/hono issue 2156.
 */
function decodedPath(pathname: string): string {
  const decoded = pathname.replace(/(?:%[0-9A-Fa-f]{2})+/g, (bytes) =>
    Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'),
  );
  return decoded.replace(/\?.*$/s, '');
}

const joinedParameters = (parameters: URLSearchParams): Record<string, string> =>
  Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name).join(',')]),
  );
