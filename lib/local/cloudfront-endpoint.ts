import { randomUUID } from 'node:crypto';
import { sameSecret } from '#registry/same-secret.ts';
import { accessKeyIdOf } from './access-key.ts';
import { element, parent, xmlDocument } from './xml.ts';

export interface CloudFrontEndpointOptions {
  distributionId: string;
  /** The only access key id that is served. */
  accessKeyId: string;
  /** Told of the paths of each invalidation, as they came. */
  forget(paths: readonly string[]): void;
}

const NAMESPACE = 'http://cloudfront.amazonaws.com/doc/2020-05-31/';

/** Source: CloudFront Developer Guide, "Quotas on invalidations". */
const MAX_PATHS = 3000;

/**
 * What a path may be: escaped, with a wildcard at its end alone. Source: CloudFront Developer Guide,
 * "What you need to know when invalidating files".
 */
const PATH = /^\/(?:[A-Za-z0-9$\-_.!*'()+,/:@&=;]|%[0-9A-Fa-f]{2})*$/;

/**
 * CloudFront's CreateInvalidation. As with S3, signatures of requests are not verified, only the access key id.
 * Source: Amazon CloudFront API Reference, "CreateInvalidation", "Common Errors".
 */
export function createCloudFrontEndpoint({ distributionId, accessKeyId, forget }: CloudFrontEndpointOptions) {
  return async (request: Request): Promise<Response> => {
    if (!sameSecret(accessKeyIdOf(request) ?? '', accessKeyId)) {
      return refuse(403, 'InvalidClientTokenId', 'The security token included in the request is invalid.');
    }
    const path = `/2020-05-31/distribution/${distributionId}/invalidation`;
    if (request.method !== 'POST' || new URL(request.url).pathname !== path) {
      return refuse(404, 'NoSuchDistribution', 'The specified distribution does not exist.');
    }
    const { paths, quantity, callerReference } = readBatch(await request.text());
    if (callerReference === undefined) return refuse(400, 'MissingBody', 'There is no CallerReference.');
    if (quantity !== paths.length)
      return refuse(400, 'InconsistentQuantities', 'Quantity is not the number.');
    if (paths.length > MAX_PATHS) return refuse(400, 'BatchTooLarge', 'There are too many paths.');
    const wrong = paths.find((path) => !PATH.test(path) || /\*./.test(path));
    if (wrong !== undefined || paths.length === 0) {
      return refuse(400, 'InvalidArgument', 'Your request contains one or more invalid invalidation paths.');
    }
    forget(paths);
    return accept(request.url, paths, callerReference);
  };
}

/** The elements of an InvalidationBatch; the characters that paths may have are never escaped in XML, but `&`. */
function readBatch(xml: string) {
  const text = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return {
    paths: [...xml.matchAll(/<Path>([^<]*)<\/Path>/g)].map(([, path = '']) => path.replaceAll('&amp;', '&')),
    quantity: Number(text('Quantity')),
    callerReference: text('CallerReference'),
  };
}

function accept(url: string, paths: readonly string[], callerReference: string): Response {
  const id = `I${randomUUID().replaceAll('-', '').slice(0, 13).toUpperCase()}`;
  const items = parent(
    'Items',
    paths.map((path) => element('Path', path)),
  );
  const body = xmlDocument(
    'Invalidation',
    [
      element('Id', id),
      element('Status', 'InProgress'),
      element('CreateTime', new Date().toISOString()),
      parent('InvalidationBatch', [
        parent('Paths', [element('Quantity', paths.length), items]),
        element('CallerReference', callerReference),
      ]),
    ],
    NAMESPACE,
  );
  return new Response(body, {
    status: 201,
    headers: { 'content-type': 'text/xml', location: `${url}/${id}` },
  });
}

function refuse(status: number, code: string, message: string): Response {
  const error = parent('Error', [
    element('Type', 'Sender'),
    element('Code', code),
    element('Message', message),
  ]);
  const body = xmlDocument('ErrorResponse', [error, element('RequestId', randomUUID())], NAMESPACE);
  return new Response(body, { status, headers: { 'content-type': 'text/xml' } });
}
