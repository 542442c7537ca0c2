import { createContext, runInContext } from 'node:vm';
import { MAX_VIEWER_FUNCTION_BYTES, viewerFunctionCode } from '#constructs/viewer-function-code.ts';

test('the viewer function fits into what CloudFront takes', () => {
  const bytes = Buffer.byteLength(viewerFunctionCode());
  expect(bytes).toBeGreaterThan(1_000);
  expect(bytes).toBeLessThan(MAX_VIEWER_FUNCTION_BYTES);
});

test('it is one script without modules, with a global handler that answers as lambdas/edge does', () => {
  const context = createContext({});
  runInContext(viewerFunctionCode(), context);
  const handle = (uri: string) =>
    JSON.parse(
      runInContext(
        `JSON.stringify(handler({ request: { method: 'GET', uri: ${JSON.stringify(uri)}, querystring: {}, headers: {} } }))`,
        context,
      ),
    );
  expect(handle('/Acme/v3.22/main/x86_64/libstdc++-1-r0.apk')).toMatchObject({
    uri: '/acme/v3.22/main/x86_64/libstdc%2B%2B-1-r0.apk',
  });
  expect(handle('/api/packages/acme/alpine/v3.22/main/x86_64/a-1.apk')).toMatchObject({
    statusCode: 302,
    headers: { location: { value: '/acme/v3.22/main/x86_64/a-1.apk' } },
  });
  // With the bucket's ListBucket, this would be a listing.
  expect(handle('/')).toMatchObject({ statusCode: 404 });
});
