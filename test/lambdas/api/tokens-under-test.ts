import type { Hono } from 'hono';
import type { ApiDependencies } from '#lambdas/api/api-dependencies.ts';
import { createFirstToken } from '#registry/create-token.ts';
import { EVERYTHING, type Grant } from '#registry/rights.ts';
import { tokenCredentials } from '#registry/token-credentials.ts';
import { readersInMemory } from '#test/support/readers-in-memory.ts';
import { bearer, jsonIn, startApi } from './api-under-test.ts';

export const DAY = 24 * 60 * 60;

/** A token as the 201 shows it. */
export interface CreatedToken {
  id: string;
  token: string;
  name: string;
  rights: Grant[];
  expires_at: string | null;
}

/** A token as it is listed. */
export interface ListedToken extends Omit<CreatedToken, 'token'> {
  created_at: string;
  created_by: string;
  last_used_on: string | null;
}

/** An API whose tokens are those of its table, and whose clock the test sets. */
export async function startTokenApi() {
  const api = await startApi();
  let now = Date.UTC(2026, 2, 1, 12);
  const ports = { ...api.dependencies, readers: readersInMemory(), clock: () => now };
  const withPorts = (others: Partial<ApiDependencies> = {}): Hono => {
    const changed = { ...ports, ...others };
    return api.with({ ...changed, credentials: tokenCredentials(changed) });
  };
  const app = withPorts();
  const { token: admin } = await createFirstToken(
    { name: 'first', grants: EVERYTHING, expiresInDays: null },
    ports,
  );

  const post = (body: unknown, token = admin, headers: Record<string, string> = {}) =>
    app.request('/api/tokens', {
      method: 'POST',
      headers: { ...bearer(token), 'Content-Type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  return {
    admin,
    app,
    ports,
    logged: api.logged,
    with: withPorts,
    close: api.close,
    post,
    /** Lets seconds pass. */
    pass(seconds: number) {
      now += seconds * 1000;
    },
    /** Makes a token that is expected to be made. */
    async create(rights: Grant[], more: object = {}, token = admin): Promise<CreatedToken> {
      const response = await post({ name: 'ci', rights, ...more }, token);
      expect(response.status).toBe(201);
      return jsonIn<CreatedToken>(response);
    },
    async list(token = admin): Promise<ListedToken[]> {
      const response = await app.request('/api/tokens', { headers: bearer(token) });
      expect(response.status).toBe(200);
      return (await jsonIn<{ tokens: ListedToken[] }>(response)).tokens;
    },
    revoke: (id: string, token = admin) =>
      app.request(`/api/tokens/${id}`, { method: 'DELETE', headers: bearer(token) }),
    /** What somebody with a token is told who wants to delete a package that is not there: 404 if they may. */
    async statusOfDelete(token: string, repository = 'acme/v3.22/main'): Promise<number> {
      const [owner, ...rest] = repository.split('/');
      const path = `/api/packages/${owner}/alpine/${rest.join('/')}/x86_64/none-1.0-r0.apk`;
      return (await app.request(path, { method: 'DELETE', headers: bearer(token) })).status;
    },
  };
}

export type TokenApi = Awaited<ReturnType<typeof startTokenApi>>;
