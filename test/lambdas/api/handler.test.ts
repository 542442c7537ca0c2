import type { LambdaContext, LambdaEvent } from 'hono/aws-lambda';
import { createFirstToken } from '#registry/create-token.ts';
import { EVERYTHING } from '#registry/rights.ts';
import { type Output, outputOf, valuesByName } from '#test/support/captured-output.ts';
import { startPorts, type TestRegistry } from '#test/support/registry-ports.ts';

type Handler = typeof import('#lambdas/api/handler.ts').handler;

const ENVIRONMENT = {
  ORIGIN_SECRET: 'a secret of thirty-two characters',
  PUBLIC_URL: 'https://d111111abcdef8.cloudfront.net',
  RECONCILE_FUNCTION: 'alpenglow-reconcile',
  PACKAGES_BUCKET: 'packages',
  INCOMING_BUCKET: 'incoming',
  TABLE_NAME: 'alpenglow',
  SIGNING_KEYS: 'signing-key',
  REGISTRY_NAME: 'test',
  AWS_REGION: 'local',
  AWS_SECRET_ACCESS_KEY: 'not-checked',
  READERS_ARN: 'arn:aws:cloudfront::123456789012:key-value-store/test',
  DEFAULT_VISIBILITY: 'private',
};

let registry: TestRegistry;
let token: string;
let handler: Handler;
/** What the last request made it write. */
let output: Output;
const before = { ...process.env };
beforeAll(async () => {
  registry = await startPorts();
  ({ token } = await createFirstToken({ name: 'first', grants: EVERYTHING }, registry.ports));
  const { endpoints, accessKeyId } = registry.standIns;
  const aws = { AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb, AWS_ACCESS_KEY_ID: accessKeyId };
  Object.assign(process.env, ENVIRONMENT, aws);
  ({ handler } = await import('#lambdas/api/handler.ts'));
});
afterAll(async () => {
  process.env = before;
  await registry.close();
});

/** What an HTTP API makes of a request, payload format 2.0. */
const eventOf = (method: string, rawPath: string, headers: Record<string, string>, body: string) =>
  ({
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: '',
    headers: { host: 'api.example.com', ...headers },
    requestContext: { domainName: 'api.example.com', http: { method, path: rawPath } },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  }) as unknown as LambdaEvent & { rawPath: string };

async function ask(method: string, rawPath: string, headers: Record<string, string> = {}, body = '') {
  let answer: Awaited<ReturnType<Handler>> | undefined;
  output = await outputOf(async () => {
    const context = { awsRequestId: 'request-1' } as LambdaContext;
    answer = await handler(eventOf(method, rawPath, headers, body), context);
  });
  return answer;
}

test('Lambda answers what the API answers', async () => {
  expect(await ask('GET', '/api/health')).toMatchObject({ statusCode: 200, body: '{"status":"ok"}\n' });
});

test('a body that HTTP API encoded arrives as it was sent', async () => {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await ask('PUT', '/api/packages/acme/alpine/v3.22/main', headers, 'PK\x03\x04');
  expect(answer).toMatchObject({ statusCode: 400, body: expect.stringContaining('android-package') });
});

test('a stranger is asked for a token', async () => {
  const answer = await ask('DELETE', '/api/packages/acme/alpine/v3.22/main/x86_64/a-1.apk');
  expect(answer).toMatchObject({ statusCode: 401, headers: { 'www-authenticate': expect.any(String) } });
  expect(valuesByName(output.metrics)).toEqual({ 'Rejected unauthorized': [1] });
  expect(output.metricLines).toEqual([expect.objectContaining({ registry: 'test', requestId: 'request-1' })]);
});

test('what HTTP API has decoded in a path is part of the path', async () => {
  for (const path of ['/acme/a?b', '/acme/100%', '/acme/a\nb']) {
    expect(await ask('GET', path)).toMatchObject({ statusCode: 404 });
  }
});
