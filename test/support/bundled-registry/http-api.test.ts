import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { MAX_FRAME_BYTES, MAX_UPLOAD_BYTES } from '#lambdas/api/upload-limit.ts';
import { createHttpApi } from './http-api.ts';

/** Asks an HTTP API whose function answers 200; `received` is the event that it was invoked with. */
async function ask(path: string, init?: RequestInit, result: APIGatewayProxyStructuredResultV2 = {}) {
  let received: APIGatewayProxyEventV2 | undefined;
  const api = createHttpApi(
    async (event) => {
      received = event;
      return { statusCode: 200, ...result };
    },
    () => {},
  );
  const response = await api(new Request(`http://127.0.0.1${path}`, init));
  return { response, received };
}

const put = (bytes: number, headers: Record<string, string> = {}): RequestInit => ({
  method: 'PUT',
  headers,
  body: Buffer.alloc(bytes),
});

test('the largest package file in the largest form, with the largest headers, fits into an event', async () => {
  const headers = { authorization: '"'.repeat(10_000) };
  const { received } = await ask(
    `/api?${'a=1&'.repeat(100)}`,
    put(MAX_UPLOAD_BYTES + MAX_FRAME_BYTES, headers),
  );
  expect(received).toBeDefined();
});

test('a body that does not fit into an event is a 413 that the function knows nothing of', async () => {
  const { response, received } = await ask('/api', put(4.5 * 1024 * 1024));
  expect(response.status).toBe(413);
  expect(await response.json()).toEqual({ message: 'Request Entity Too Large' });
  expect(received).toBeUndefined();
});

test('a result that does not fit into an answer is a 500', async () => {
  const { response } = await ask('/api', {}, { body: 'x'.repeat(6 * 1024 * 1024) });
  expect(response.status).toBe(500);
});

test.each([
  ['/a%2Fb%2Bc', '/a/b+c'],
  ['/a%3Fb%20c', '/a'],
  ['/j%C3%B6%ff', '/jö\ufffd'],
  ['/100%25', '/100%'],
])('the path %s is decoded to %s', async (path, rawPath) => {
  expect((await ask(path)).received?.rawPath).toBe(rawPath);
});

test.each([
  ['no type', undefined, true],
  ['a form', 'application/x-www-form-urlencoded', true],
  ['a file', 'application/octet-stream', true],
  ['text', 'text/plain; charset=utf-8', false],
  ['JSON', 'application/json', false],
])('the body of %s, of type %j, is in base64: %j', async (_what, type, isBase64Encoded) => {
  const { received } = await ask('/', put(3, type === undefined ? {} : { 'content-type': type }));
  const zeros = Buffer.alloc(3);
  expect(received).toMatchObject({
    isBase64Encoded,
    body: zeros.toString(isBase64Encoded ? 'base64' : 'utf8'),
  });
});

test('headers that come twice are joined, cookies and the query are taken apart', async () => {
  const headers = new Headers([
    ['X-Twice', 'a'],
    ['X-Twice', 'b'],
    ['Cookie', 'c=1; d=2'],
  ]);
  const { received } = await ask('/?q=1&q=2&r=%20', { headers });
  expect(received?.headers).toMatchObject({ 'x-twice': 'a, b' });
  expect(received?.headers.cookie).toBeUndefined();
  expect(received?.cookies).toEqual(['c=1', 'd=2']);
  expect(received?.queryStringParameters).toEqual({ q: '1,2', r: ' ' });
  expect(received?.rawQueryString).toBe('q=1&q=2&r=%20');
});
