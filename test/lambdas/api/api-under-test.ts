import type { Hono } from 'hono';
import type { ApiDependencies } from '#lambdas/api/api-dependencies.ts';
import { createApi } from '#lambdas/api/app.ts';
import type { Problem } from '#lambdas/api/problem.ts';
import { createIndexHandler } from '#lambdas/index-packages/index-handler.ts';
import { HttpsIssuers } from '#oidc/https-issuers.ts';
import type { Credentials, Principal } from '#registry/authorize.ts';
import { eitherCredentials } from '#registry/either-credentials.ts';
import { oidcCredentials } from '#registry/oidc-credentials.ts';
import { EVERYTHING } from '#registry/rights.ts';
import { silentObserver, startPorts } from '#test/support/registry-ports.ts';

export const TOKEN = 'alp_of-the-admin';
/** May publish in `acme`, and nothing else. */
export const CI_TOKEN = 'alp_of-the-build';
/** Chosen by somebody who may do everything. */
export const UMLAUT_TOKEN = 'alp_schlüssel';
export const ORIGIN_SECRET = 'known-to-cloudfront-alone';
export const MAX_UPLOAD_BYTES = 200_000;

export const bearer = (token = TOKEN) => ({ Authorization: `Bearer ${token}` });
export const basic = (credentials: string | Uint8Array) => ({
  Authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
});
export const throughCdn = { 'x-alpenglow-origin': ORIGIN_SECRET };

const principals: Record<string, Principal> = {
  [TOKEN]: { name: 'admin', grants: EVERYTHING },
  [UMLAUT_TOKEN]: { name: 'chosen', grants: EVERYTHING },
  [CI_TOKEN]: { name: 'build', grants: [{ allow: ['publish'], on: 'acme' }] },
};
const credentials: Credentials = { find: async (token) => principals[token] };

export interface ApiUnderTest {
  app: Hono;
  dependencies: ApiDependencies;
  /** What was logged as nobody's fault. */
  logged: unknown[];
  /** The same registry with something else in place of one of its parts. */
  with(dependencies: Partial<ApiDependencies>): Hono;
  close(): Promise<void>;
}

/** The API over the real adapters, with indexes that are updated as packages come and go. */
export async function startApi(): Promise<ApiUnderTest> {
  let handleEvents: ReturnType<typeof createIndexHandler>;
  const { ports, close } = await startPorts((event) => handleEvents(event));
  handleEvents = createIndexHandler(ports);
  const logged: unknown[] = [];
  const issuers = new HttpsIssuers({ allowHttpIssuers: true });
  const jwts = oidcCredentials({ ...ports, issuers });
  const dependencies: ApiDependencies = {
    ...ports,
    credentials: eitherCredentials(jwts, credentials),
    trust: { ...ports, jwts, allowHttpIssuers: true },
    originSecret: ORIGIN_SECRET,
    publicUrl: 'https://apk.example.com',
    maxUploadBytes: MAX_UPLOAD_BYTES,
    observer: { ...silentObserver, failed: (error) => logged.push(error) },
  };
  return {
    app: createApi(dependencies),
    dependencies,
    logged,
    with: (others) => createApi({ ...dependencies, ...others }),
    close,
  };
}

export const put = (body: Uint8Array | string, headers: Record<string, string> = bearer()): RequestInit => ({
  method: 'PUT',
  headers,
  body,
});

/** A form as `curl --form file=@FILE` sends it. */
export function formWith(...files: [field: string, content: Uint8Array | string][]): RequestInit {
  const body = new FormData();
  for (const [field, content] of files) {
    if (typeof content === 'string') body.append(field, content);
    else body.append(field, new File([content], 'whatever.apk'));
  }
  return { method: 'POST', headers: bearer(), body };
}

/** The JSON of an answer, in the shape that the test expects. */
export const jsonIn = async <T>(response: Response): Promise<T> => (await response.json()) as T;

/** Whether a text has characters that do something to a terminal or a header. */
export const hasControls = (text: string): boolean =>
  [...text].some((character) => character < ' ' || character === '\x7f');

/** A problem document, once it is seen to be one. */
export async function problemIn(response: Response): Promise<Problem> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  const problem = await jsonIn<Problem>(response);
  expect(problem).toEqual({
    type: 'about:blank',
    title: expect.any(String),
    status: response.status,
    detail: expect.any(String),
    code: expect.any(String),
    ...(problem.identical && { identical: true }),
    ...(problem.commands && { commands: [expect.any(String), expect.any(String)] }),
  });
  return problem;
}
