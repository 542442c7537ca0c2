import type { LambdaContext, LambdaEvent } from 'hono/aws-lambda';

type Handler = typeof import('#lambdas/api/handler.ts').handler;

const ENVIRONMENT = {
  ORIGIN_SECRET: 'a secret of thirty-two characters',
  BOOTSTRAP_TOKEN: 'alp_of-the-admin',
  PUBLIC_URL: 'https://d111111abcdef8.cloudfront.net',
  PACKAGES_BUCKET: 'packages',
  TABLE_NAME: 'alpenglow',
  SIGNING_KEYS: 'signing-key',
  REGISTRY_NAME: 'test',
  READERS_ARN: 'arn:aws:cloudfront::123456789012:key-value-store/test',
  DEFAULT_VISIBILITY: 'private',
};

let handler: Handler;
beforeAll(async () => {
  Object.assign(process.env, ENVIRONMENT);
  ({ handler } = await import('#lambdas/api/handler.ts'));
});
afterAll(() => {
  for (const name of Object.keys(ENVIRONMENT)) delete process.env[name];
});

/** What an HTTP API makes of a request, payload format 2.0. */
const ask = (method: string, rawPath: string, headers: Record<string, string> = {}, body = '') =>
  handler(
    {
      version: '2.0',
      routeKey: '$default',
      rawPath,
      rawQueryString: '',
      headers: { host: 'api.example.com', ...headers },
      requestContext: { domainName: 'api.example.com', http: { method, path: rawPath } },
      body: Buffer.from(body).toString('base64'),
      isBase64Encoded: true,
    } as unknown as LambdaEvent & { rawPath: string },
    {} as LambdaContext,
  );

test('Lambda answers what the API answers', async () => {
  expect(await ask('GET', '/api/health')).toMatchObject({ statusCode: 200, body: '{"status":"ok"}\n' });
});

test('a body that HTTP API encoded arrives as it was sent', async () => {
  const headers = { authorization: 'Bearer alp_of-the-admin' };
  const answer = await ask('PUT', '/api/packages/acme/alpine/v3.22/main', headers, 'PK\x03\x04');
  expect(answer).toMatchObject({ statusCode: 400, body: expect.stringContaining('android-package') });
});

test('a stranger is asked for a token', async () => {
  const answer = await ask('DELETE', '/api/packages/acme/alpine/v3.22/main/x86_64/a-1.apk');
  expect(answer).toMatchObject({ statusCode: 401, headers: { 'www-authenticate': expect.any(String) } });
});

test('what HTTP API has decoded in a path is part of the path', async () => {
  for (const path of ['/acme/a?b', '/acme/100%', '/acme/a\nb']) {
    expect(await ask('GET', path)).toMatchObject({ statusCode: 404 });
  }
});
