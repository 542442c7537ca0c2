import { MAX_UPLOAD, notFound, tooLarge } from './answers.ts';
import { correctModifiedSince } from './modified-since.ts';
import { type ReaderLookup, refuseReader } from './read-access.ts';
import type { ViewerRequest, ViewerResponse } from './viewer-event.ts';

/**
 * The characters of the registry's names, and the encodings that clients make of them. A path with
 * anything else (empty, `.` and `..` segments, encoded slashes, backslashes, control characters) could
 * become another path on the way, or an error of S3's that no client understands: nothing is stored there.
 */
const PLAIN_SEGMENT = /^(?:[A-Za-z0-9._~+-]|%2[BbDd]|%5[Ff]|%7[Ee])+$/;

/**
 * What CloudFront does with a request before its cache and its origins see it. It runs in CloudFront's
 * own runtime, which has const, let, arrow functions and template literals, but not destructuring,
 * spread, for-of, default values, `?.` or `??`; and of async functions only plain ones, without closures in
 * them and without `await` in arguments: so nothing in this folder uses those.
 * Source: CloudFront Developer Guide, "JavaScript runtime 2.0 features for CloudFront Functions".
 *
 * It redirects Forgejo's file addresses, rewrites Buildkite's and S3's to those of the files, and lets those
 * go on to a file who may read it.
 * @returns the request to go on with, or an answer
 */
export async function handleViewerRequest(
  event: { request: ViewerRequest },
  lookup: ReaderLookup,
): Promise<ViewerRequest | ViewerResponse> {
  const request = event.request;
  if (isTooLarge(request.headers)) return tooLarge(repositoryUrl(request));
  if (DOT_SEGMENT.test(request.uri)) return notFound;
  const segments = request.uri.split('/').slice(1);
  if (request.uri.length > MAX_PATH || segments.length === 0 || !segments.every(isPlain)) {
    return isApi(request.uri) ? toApi(request) : notFound;
  }
  if (isForgejoFile(segments)) return isRead(request) ? redirectToFile(segments) : toApi(request);
  if (isReserved(segments[0] as string)) return toApi(request);
  request.uri = filePath(isBuildkiteFile(segments) ? storedSegments(segments) : segments);
  const stored = request.uri.split('/').slice(1);
  if (isKeyFile(stored)) request.uri = `/${stored[0]}/key/${stored[1]}`;
  if (!isOpen(stored)) {
    const authorization = request.headers.authorization;
    const credentials = authorization === undefined ? undefined : authorization.value;
    const refusal = await refuseReader(placeOf(stored), credentials, lookup);
    if (refusal !== undefined) return refusal;
  }
  // Who reads is no business of what follows.
  delete request.headers.authorization;
  if (/\/APKINDEX\.tar\.gz$/.test(request.uri)) correctModifiedSince(request.headers);
  return request;
}

/**
 * What leads out of `/api` once somebody decodes it, however often it was encoded: to a file, which the API
 * would then look for on behalf of a reader that nobody has asked for a token.
 */
const DOT_SEGMENT = /(?:[/\\]|%(?:25)*(?:2f|5c))(?:\.|%(?:25)*2e){1,2}(?=[/\\]|%(?:25)*(?:2f|5c)|$)/i;

/**
 * A public key by its file name. The bucket has it beside an owner's branches, for mirrors; here it comes from the API, which
 * answers alike for every owner there could be.
 */
const isKeyFile = (segments: string[]): boolean =>
  segments.length === 2 && /\.rsa\.pub$/.test(segments[1] as string);

/** What everybody needs before a token is of use: keys, which are the same for all, and the script that sets up. */
const isOpen = (segments: string[]): boolean => {
  const last = segments[segments.length - 1] as string;
  if (segments.length === 2) return last === 'key' || isKeyFile(segments);
  if (segments.length === 3) return last === 'rsakey';
  return segments.length === 4 && last === 'setup.sh';
};

/** What the visibility of a file is said of: its repository, and above that its owner. */
const placeOf = (segments: string[]): string[] => segments.slice(0, segments.length > 3 ? 3 : 1);

/** S3 takes keys of 1,024 bytes; the longest name there can be is shorter. */
const MAX_PATH = 1024;

/** The behaviours that lead to the HTTP API, which says itself what is wrong with a path. */
const isApi = (uri: string): boolean => /^\/(?:api|v2)\//.test(uri);

/**
 * HTTP API decodes a path before its function sees it, and cuts it off at a question mark that was encoded:
 * so it is encoded once more, and arrives as it was sent.
 */
function toApi(request: ViewerRequest): ViewerRequest {
  request.uri = request.uri.replace(/%/g, '%25');
  return request;
}

/** What the frame of a form may add to a file, in bytes. */
const MAX_FRAME = 65536;

/** HTTP API would refuse it without a word of what to do, and only once it is sent. */
function isTooLarge(headers: ViewerRequest['headers']): boolean {
  const length = headers['content-length'];
  const type = headers['content-type'];
  const isForm = type !== undefined && /^multipart\/form-data *(?:;|$)/i.test(type.value);
  return length !== undefined && Number(length.value) > MAX_UPLOAD + (isForm ? MAX_FRAME : 0);
}

/** Where packages of the repository are PUT that a request is for, by its Forgejo address or by Buildkite's. */
function repositoryUrl(request: ViewerRequest): string | undefined {
  const segments = request.uri.split('/').slice(1);
  const host = request.headers.host;
  if (host === undefined || !segments.every(isPlain)) return undefined;
  const forwarded = request.headers['cloudfront-forwarded-proto'];
  const origin = `${forwarded === undefined ? 'https' : forwarded.value}://${host.value}/api/packages`;
  if (segments.length === 6 && segments[1] === 'packages') return `${origin}/${segments.slice(2).join('/')}`;
  if (segments.length !== 7 || segments[1] !== 'packages') return undefined;
  return `${origin}/${segments[3] as string}/alpine/alpine_any/${segments[5] as string}`;
}

const isPlain = (segment: string): boolean =>
  PLAIN_SEGMENT.test(segment) && segment !== '.' && segment !== '..';

const isRead = (request: ViewerRequest): boolean => request.method === 'GET' || request.method === 'HEAD';

/** The API's own paths: an owner is never called so, and none is made by folding one. */
const isReserved = (segment: string): boolean => /^(?:api|v2)$/i.test(segment);

/** `/api/packages/{owner}/alpine/{branch}/{repository}/{arch}/{file}`; an upload has an id there, which no file has. */
const isForgejoFile = (segments: string[]): boolean =>
  segments.length === 8 &&
  segments[0] === 'api' &&
  segments[1] === 'packages' &&
  segments[3] === 'alpine' &&
  !(segments[6] === 'uploads' && /^[0-9a-f-]{36}$/.test(segments[7] as string)) &&
  !isReserved(segments[2] as string);

/** apk follows a 302 and an absolute path; with plain segments the path cannot begin with two slashes. */
const redirectToFile = (segments: string[]): ViewerResponse => ({
  statusCode: 302,
  statusDescription: 'Found',
  headers: {
    location: { value: filePath([segments[2] as string].concat(segments.slice(4))) },
    'cache-control': { value: 'no-store' },
  },
});

/** `/{org}/{registry}/alpine_any/alpine_any/main/{arch}/{file}`: what stands before arch is in the client's line. */
const isBuildkiteFile = (segments: string[]): boolean =>
  segments.length === 7 &&
  segments[2] === 'alpine_any' &&
  segments[3] === 'alpine_any' &&
  segments[4] === 'main';

const storedSegments = (segments: string[]): string[] =>
  [segments[0] as string, 'alpine_any', segments[1] as string].concat(segments.slice(5));

/**
 * Owners are stored in lower case. A path has one spelling, so that there is one copy of a file and it can be
 * dropped; a plus is encoded, since S3 reads it as a space, and a tilde, since an invalidation takes no other.
 */
const filePath = (segments: string[]): string =>
  `/${[(segments[0] as string).toLowerCase()].concat(segments.slice(1)).join('/')}`
    .replace(/\+|%2b/gi, '%2B')
    .replace(/~|%7e/gi, '%7E')
    .replace(/%5f/gi, '_');
