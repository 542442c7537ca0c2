import type { LocalIssuer, TokenClaims } from '#test/support/local-issuer.ts';
import { type ApiUnderTest, bearer, jsonIn, TOKEN } from './api-under-test.ts';

/** What the API under test calls itself. */
export const AUDIENCE = 'https://apk.example.com';

export interface PolicyAnswer {
  id: string;
  name: string;
  issuer: string;
  jwks_uri: string;
  audience: string;
  conditions: ({ claim: string } & Record<string, unknown>)[];
  rights: { allow: string[]; on: string }[];
  max_life_seconds: number;
  created_at: string;
  created_by: string;
}

export const postJson = (body: unknown, token = TOKEN): RequestInit => ({
  method: 'POST',
  headers: { ...bearer(token), 'content-type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

/** Makes a policy, and says which one it has become. */
export async function makePolicy(api: ApiUnderTest, body: object, token = TOKEN): Promise<PolicyAnswer> {
  const response = await api.app.request('/api/trust', postJson(body, token));
  expect(response.status).toBe(201);
  return jsonIn<PolicyAnswer>(response);
}

/** The body of a policy for tokens of a local issuer. */
export const localPolicy = (issuer: LocalIssuer, changes: object = {}) => ({
  name: 'jobs of the tests',
  issuer: issuer.url,
  jwks_uri: issuer.jwksUri,
  conditions: [{ claim: 'project', equals: 'tools' }],
  rights: [{ allow: ['publish'], on: 'acme/v3.22/main' }],
  ...changes,
});

/** A token that `localPolicy` trusts, but for the changes. */
export const localToken = (issuer: LocalIssuer, claims: TokenClaims = {}, header: object = {}): string =>
  issuer.token({ sub: 'job 1', aud: AUDIENCE, project: 'tools', ...claims }, header);
