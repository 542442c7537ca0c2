import type { Hono } from 'hono';
import * as z from 'zod';
import { listTokens, revokeToken } from '#registry/administer-tokens.ts';
import type { AuditAction } from '#registry/audit.ts';
import { createToken } from '#registry/create-token.ts';
import { RIGHTS } from '#registry/rights.ts';
import type { StoredToken } from '#registry/tokens.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { authenticateRequest } from '../authorize-request.ts';
import { describeIssuedToken, describeToken } from '../describe-token.ts';
import { refuseOtherMethods } from '../paths.ts';
import { readJson } from '../read-json.ts';
import { noteChange, ownerOf } from '../request-notes.ts';
import { sendJson } from '../send-json.ts';

const TOKENS = '/api/tokens';
const TOKEN = '/api/tokens/:id';

/** Types alone: what names, places and days there are, the use case says. */
const newToken = z.strictObject({
  name: z.string(),
  rights: z.array(z.strictObject({ allow: z.array(z.enum(RIGHTS)), on: z.string() })),
  expires_in_days: z.number().nullish(),
});

/** Making, listing and revoking tokens. */
export function addTokens(app: Hono, dependencies: ApiDependencies): void {
  const { credentials } = dependencies;

  app.post(TOKENS, async (context) => {
    const creator = await authenticateRequest(context.req.raw, credentials);
    const { name, rights, expires_in_days } = await readJson(context.req.raw, newToken);
    noteChange(context.req.raw, { action: 'create-token', owner: ownerOf(rights), on: name });
    const request = { name, grants: rights, expiresInDays: expires_in_days };
    const issued = await createToken(request, creator, dependencies);
    noteToken(context.req.raw, 'create-token', issued.stored);
    return sendJson(context, describeIssuedToken(issued), 201);
  });
  app.get(TOKENS, async (context) => {
    const principal = await authenticateRequest(context.req.raw, credentials);
    const tokens = await listTokens(principal, dependencies);
    return sendJson(context, { tokens: tokens.map(describeToken) });
  });
  app.all(TOKENS, refuseOtherMethods('GET, HEAD, POST'));

  app.delete(TOKEN, async (context) => {
    const principal = await authenticateRequest(context.req.raw, credentials);
    const stored = await revokeToken(context.req.param('id'), principal, dependencies);
    noteToken(context.req.raw, 'revoke-token', stored);
    return context.body(null, 204);
  });
  app.all(TOKEN, refuseOtherMethods('DELETE'));
}

const noteToken = (request: Request, action: AuditAction, { id, name, grants }: StoredToken) =>
  noteChange(request, { action, owner: ownerOf(grants), on: `${name} (alp_${id})` });
