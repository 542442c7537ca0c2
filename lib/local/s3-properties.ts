import type { ObjectMetadata } from './object-file.ts';

const DEFAULT_CONTENT_TYPE = 'binary/octet-stream';
const USER_METADATA = 'x-amz-meta-';

export type SystemAndUserMetadata = Pick<ObjectMetadata, 'contentType' | 'cacheControl' | 'userMetadata'>;

/** What a request says of its object. Source: S3 User Guide, "Working with object metadata". */
export function readProperties(headers: Headers): SystemAndUserMetadata {
  const own = [...headers].filter(([name]) => name.startsWith(USER_METADATA));
  return {
    contentType: headers.get('content-type') ?? DEFAULT_CONTENT_TYPE,
    cacheControl: headers.get('cache-control') ?? undefined,
    userMetadata: Object.fromEntries(own.map(([name, value]) => [name.slice(USER_METADATA.length), value])),
  };
}

export const userMetadataHeaders = ({ userMetadata = {} }: ObjectMetadata): Record<string, string> =>
  Object.fromEntries(Object.entries(userMetadata).map(([name, value]) => [USER_METADATA + name, value]));
