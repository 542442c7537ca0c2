import { ORIGIN_HEADER } from '#lambdas/api/came-through-cdn.ts';
import type { ViewerRequest, ViewerResponse } from '#lambdas/edge/viewer-event.ts';
import { atIncomingBucket, type IncomingOrigin, isIncomingPath } from './incoming-route.ts';

const FORWARDED_FOR = 'x-forwarded-for';

type Fetch = (request: Request) => Response | Promise<Response>;

export interface Origins {
  /** The HTTP API, for which the viewer function has percent-encoded the path once more. */
  api: Fetch;
  /** S3's endpoint. */
  s3: Fetch;
  bucket: string;
  incoming: IncomingOrigin;
  /** What S3 knows us by. */
  accessKeyId: string;
  /** What tells the API that a request came through here. */
  originSecret: string;
  viewerFunction(event: { request: ViewerRequest }): Promise<ViewerRequest | ViewerResponse>;
}

/** What CloudFront's origin request policy lets through to S3. */
const FORWARDED = [
  'range',
  'if-none-match',
  'if-modified-since',
  'if-match',
  'if-unmodified-since',
  'if-range',
];

/** When the S3 origin answers so, the origin group asks the API. */
const FALLBACK_STATUSES = new Set([403, 404]);

/** Those that CloudFront lets through; the others, such as TRACE, reach no origin. */
const METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'];

/**
 * CloudFront knows the hosts that it answers for. Answers have the host in commands that people paste into a shell, and
 * URLs may have `$(…)` in theirs.
 */
const PLAIN_HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])$/;

/**
 * One machine's CloudFront: the viewer function, then the API for `/api` and `/v2`, else the bucket and,
 * for what it does not have, the API. Uploads go to S3 directly. It keeps no cache, so what it shows is always the present.
 */
export function createDelivery(origins: Origins): Fetch {
  return async (viewerRequest) => {
    if (!METHODS.includes(viewerRequest.method)) {
      return new Response(null, { status: 405, headers: { allow: METHODS.join(', ') } });
    }
    const { hostname, pathname, search } = new URL(viewerRequest.url);
    if (!PLAIN_HOST.test(hostname)) return new Response(null, { status: 400 });
    if (isIncomingPath(pathname)) return askIncomingBucket(origins, viewerRequest);
    const answer = await origins.viewerFunction(viewerEvent(viewerRequest));
    if ('statusCode' in answer) return viewerResponse(answer);
    const isRead = viewerRequest.method === 'GET' || viewerRequest.method === 'HEAD';
    if (/^\/(?:api|v2)(?:\/|$)/.test(pathname) || !isRead)
      return askApi(origins, viewerRequest, answer.uri + search);
    const stored = await askBucket(origins, answer);
    if (!FALLBACK_STATUSES.has(stored.status)) return stored;
    return askFallback(origins, viewerRequest, answer.uri);
  };
}

/** The event of a viewer request. Source: CloudFront Developer Guide, "CloudFront Functions event structure". */
function viewerEvent({ method, url, headers }: Request) {
  const { pathname } = new URL(url);
  return {
    request: {
      method,
      uri: pathname,
      querystring: {},
      headers: Object.fromEntries([...withProtocol(url, headers)].map(([name, value]) => [name, { value }])),
    },
  };
}

/** CloudFront, too, says so if it is told to; nothing else tells that there is no TLS here. */
function withProtocol(url: string, headers: Headers): Headers {
  const told = new Headers(headers);
  told.set('cloudfront-forwarded-proto', new URL(url).protocol.slice(0, -1));
  return told;
}

function viewerResponse({ statusCode, headers, body = '' }: ViewerResponse): Response {
  const plain = Object.entries(headers).map(([name, { value }]) => [name, value] as [string, string]);
  const length = String(Buffer.byteLength(body));
  return new Response(body, { status: statusCode, headers: [...plain, ['content-length', length]] });
}

const askApi = async (origins: Origins, request: Request, path: string): Promise<Response> =>
  origins.api(toApi(origins, request, path));

/** Who reads was decided, and the viewer function takes the credentials off. */
async function askFallback(origins: Origins, request: Request, path: string): Promise<Response> {
  const asked = toApi(origins, request, path);
  asked.headers.delete('authorization');
  return origins.api(asked);
}

function toApi({ originSecret }: Origins, request: Request, path: string): Request {
  // Joined as text: the beginning of a path such as //host/a would be read as a host.
  const asked = new Request(`${new URL(request.url).origin}${path}`, request);
  asked.headers.set(ORIGIN_HEADER, originSecret);
  // As an HTTP API does, so that the address before it counts: what a proxy saw, not what its client says.
  if (asked.headers.has(FORWARDED_FOR)) asked.headers.append(FORWARDED_FOR, '127.0.0.1');
  return asked;
}

/** In AWS, no CloudFront is between a user and this bucket. */
async function askIncomingBucket({ s3, incoming }: Origins, request: Request): Promise<Response> {
  const upload = atIncomingBucket(request, incoming);
  return upload ? s3(upload) : new Response(null, { status: 404 });
}

async function askBucket({ s3, bucket, accessKeyId }: Origins, request: ViewerRequest): Promise<Response> {
  const headers = new Headers({
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/local/s3/aws4_request`,
  });
  for (const name of FORWARDED) {
    const header = request.headers[name];
    if (header !== undefined) headers.set(name, header.value);
  }
  const response = await s3(
    new Request(`http://s3/${bucket}${request.uri}`, { method: request.method, headers }),
  );
  for (const name of [...response.headers.keys()]) {
    if (name.startsWith('x-amz-')) response.headers.delete(name);
  }
  return response;
}
