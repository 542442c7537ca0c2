import type { ViewerRequest } from '#lambdas/edge/viewer-event.ts';
import { readerEntry, visibilityKey } from '#registry/readers.ts';
import { sha256OfToken } from '#registry/token-text.ts';

const ID = 'a'.repeat(16);
const TOKEN = `alp_${ID}_${'S'.repeat(43)}`;
const READING = { sha256: sha256OfToken(TOKEN), grants: [{ allow: ['read'], on: 'private' }] } as const;

/** What the key value store has: what holds of all, a public owner, and a token that may read a private one. */
export const READERS: ReadonlyMap<string, string> = new Map([
  [visibilityKey(), 'private'],
  [visibilityKey('public'), 'public'],
  [visibilityKey('private'), 'private'],
  [`t/${ID}`, readerEntry(READING) ?? ''],
]);

const request = (uri: string, method = 'GET', authorization?: string): ViewerRequest => ({
  method,
  uri,
  querystring: {},
  headers: {
    host: { value: 'apk.example.com' },
    'user-agent': { value: 'libfetch/2.0' },
    ...(authorization !== undefined && { authorization: { value: authorization } }),
  },
});

const index = (owner: string) => `/${owner}/v3.22/main/x86_64/APKINDEX.tar.gz`;
const basic = `Basic ${Buffer.from(`user:${TOKEN}`).toString('base64')}`;

/** What is asked of a registry, from what is asked most to what nobody should ask. */
export const VIEWER_REQUESTS: Record<string, ViewerRequest> = {
  'index, public': request(index('public')),
  'package with a plus, public': request('/public/v3.22/main/x86_64/libstdc++-13.2.1_git20240309-r0.apk'),
  'index, private, with a token': request(index('private'), 'GET', basic),
  'index, private, without one': request(index('private')),
  'publish, to the API': request('/api/packages/public/alpine/v3.22/main', 'PUT', basic),
  'hostile path, 1,000 characters': request(`/public${'/..%252f'.repeat(124)}`),
};
