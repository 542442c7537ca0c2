/** What users send files to: the incoming bucket, which on one machine is behind the registry's own address. */
export interface IncomingOrigin {
  bucket: string;
  /** `http://127.0.0.1:{port}`, where presigned URLs lead to. */
  s3Url: string;
}

/** No owner's name begins with an underscore. */
const ROUTE = '/_s3';

export const isIncomingPath = (pathname: string): boolean =>
  pathname === ROUTE || pathname.startsWith(`${ROUTE}/`);

/**
 * The path, from the registry's own address, of a URL that was presigned for the incoming bucket.
 * @throws Error when the URL leads to another host
 */
export function incomingPath(presignedUrl: string, { s3Url }: IncomingOrigin): string {
  if (!presignedUrl.startsWith(`${s3Url}/`)) throw new Error(`${presignedUrl} does not lead to ${s3Url}`);
  return ROUTE + presignedUrl.slice(s3Url.length);
}

/**
 * The request as S3 is to see it, whose host was signed; `undefined` when it is none that a user may make:
 * a PUT by a presigned URL, or the POST of a form.
 */
export function atIncomingBucket(request: Request, { bucket, s3Url }: IncomingOrigin): Request | undefined {
  const { pathname, search, searchParams } = new URL(request.url);
  const path = pathname.slice(ROUTE.length);
  const isUpload =
    request.method === 'PUT' && path.startsWith(`/${bucket}/`) && searchParams.has('X-Amz-Signature');
  const isForm =
    request.method === 'POST' && (path === `/${bucket}` || path === `/${bucket}/`) && search === '';
  if (!isUpload && !isForm) return undefined;
  const { method, headers } = request;
  return new Request(`${s3Url}${path}${search}`, { method, headers, body: bodyOf(request), duplex: 'half' });
}

/** Nothing is read of it before somebody asks: what is refused is not even received. */
function bodyOf(request: Request): ReadableStream<Uint8Array> {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        reader ??= request.body?.getReader();
        const { done, value } = (await reader?.read()) ?? { done: true };
        if (done || value === undefined) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader?.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
