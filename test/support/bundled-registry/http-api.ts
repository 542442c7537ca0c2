import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { httpApiEvent } from './http-api-event.ts';

/** Source: API Gateway Developer Guide, "Quotas for configuring and running an HTTP API", payload size. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** Of an event and of a result. Source: Lambda Developer Guide, "Lambda quotas", invocation payload. */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

type Invoke = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/** An HTTP API with one Lambda behind it. */
export function createHttpApi(invoke: Invoke, onError: (error: unknown) => void) {
  return async (request: Request): Promise<Response> => {
    const body = await readBody(request);
    if (body === undefined) return refusal(413, 'Request Entity Too Large');
    const event = httpApiEvent(request, body);
    if (jsonBytes(event) > MAX_PAYLOAD_BYTES) return refusal(413, 'Request Entity Too Large');
    try {
      const result = await invoke(event);
      if (jsonBytes(result) > MAX_PAYLOAD_BYTES) throw new Error('The result is larger than Lambda takes.');
      return answerOf(result);
    } catch (error) {
      onError(error);
      return refusal(500, 'Internal Server Error');
    }
  };
}

const jsonBytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/** @returns `undefined` for a body that is larger than an HTTP API takes, or was cut off, when nobody waits for an answer */
async function readBody(request: Request): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  for (;;) {
    const { done = true, value } = (await reader?.read().catch(() => undefined)) ?? {};
    if (done) return size < Number(request.headers.get('content-length')) ? undefined : Buffer.concat(chunks);
    size += value.length;
    if (size > MAX_BODY_BYTES) {
      // Not awaited: the sender may go on.
      reader?.cancel().catch(() => {});
      return undefined;
    }
    chunks.push(value);
  }
}

/** What an HTTP API answers itself. */
const refusal = (status: number, message: string) => Response.json({ message }, { status });

/** Source: API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs", Lambda function response for format 2.0. */
function answerOf(result: APIGatewayProxyStructuredResultV2): Response {
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded = false } = result;
  if (statusCode === undefined) throw new Error('The result has no statusCode.');
  const answer = new Headers(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  for (const cookie of cookies) answer.append('set-cookie', cookie);
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  const hasBody = ![204, 304].includes(statusCode);
  if (hasBody && !answer.has('content-length')) answer.set('content-length', String(bytes.length));
  return new Response(hasBody ? bytes : null, { status: statusCode, headers: answer });
}
