import { createHash } from 'node:crypto';
import { MAX_VIEWER_FUNCTION_BYTES, viewerFunctionCode } from '#constructs/viewer-function-code.ts';
import { readerEntry, tokenKey, visibilityKey } from '#registry/readers.ts';
import { loadViewerFunction } from '#test/support/deployed-viewer-function.ts';

const TOKEN = `alp_${'a'.repeat(16)}_${'B'.repeat(43)}`;
const sha256 = createHash('sha256').update(TOKEN).digest('hex');
const entry = readerEntry({ sha256, grants: [{ allow: ['read'], on: 'acme' }] }) ?? '';
const pairs = new Map([
  [visibilityKey(), 'private'],
  [visibilityKey('open'), 'public'],
  [tokenKey('a'.repeat(16)), entry],
]);

const handle = loadViewerFunction(viewerFunctionCode(), { pairs });
const ask = (uri: string, headers: Record<string, { value: string }> = {}) =>
  handle({ request: { method: 'GET', uri, querystring: {}, headers } });

test('the viewer function fits into what CloudFront takes', () => {
  const bytes = Buffer.byteLength(viewerFunctionCode());
  expect(bytes).toBeGreaterThan(1_000);
  expect(bytes).toBeLessThan(MAX_VIEWER_FUNCTION_BYTES);
});

test('it is one script with a global handler, which answers as lambdas/edge does', async () => {
  expect(await ask('/Open/v3.22/main/x86_64/libstdc++-1-r0.apk')).toMatchObject({
    uri: '/open/v3.22/main/x86_64/libstdc%2B%2B-1-r0.apk',
  });
  expect(await ask('/api/packages/acme/alpine/v3.22/main/x86_64/a-1.apk')).toMatchObject({
    statusCode: 302,
    headers: { location: { value: '/acme/v3.22/main/x86_64/a-1.apk' } },
  });
  // With the bucket's ListBucket, this would be a listing.
  expect(await ask('/')).toMatchObject({ statusCode: 404 });
});

test('it reads who may read from the key value store, with the hash of its runtime', async () => {
  const file = '/acme/v3.22/main/x86_64/a-1.apk';
  const bearer = (token: string) => ({ authorization: { value: `Bearer ${token}` } });
  const basic = { authorization: { value: `Basic ${Buffer.from(`user:${TOKEN}`).toString('base64')}` } };
  expect(await ask(file)).toMatchObject({ statusCode: 401 });
  expect(await ask(file, bearer(TOKEN))).toMatchObject({ uri: file, headers: {} });
  expect(await ask(file, basic)).toMatchObject({ uri: file });
  expect(await ask(file, bearer(TOKEN.replace('B', 'C')))).toMatchObject({ statusCode: 401 });
  expect(await ask('/other/v3.22/main/x86_64/a-1.apk', bearer(TOKEN))).toMatchObject({ statusCode: 403 });
});

test('a store that does not answer opens nothing', async () => {
  const broken = loadViewerFunction(viewerFunctionCode(), {
    get pairs(): Map<string, string> {
      throw new Error('InternalError');
    },
  });
  const request = { method: 'GET', uri: '/open/v3.22/main/x86_64/a-1.apk', querystring: {}, headers: {} };
  expect(await broken({ request })).toMatchObject({ statusCode: 401 });
});
