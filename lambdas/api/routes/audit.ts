import type { Hono } from 'hono';
import * as z from 'zod';
import type { AuditEntry } from '#registry/audit.ts';
import { parseOwner } from '#registry/repository-name.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { authorizeRequest } from '../authorize-request.ts';
import { refuseOtherMethods } from '../paths.ts';
import { RequestError } from '../request-error.ts';
import { sendJson } from '../send-json.ts';

const AUDIT = '/api/audit';

const DEFAULT_LIMIT = '100';

const query = z.strictObject({
  owner: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1000),
  before: z
    .string()
    .regex(/^[0-9TZ:.-]{24}#[0-9a-f-]{36}$/)
    .optional(),
});

/** Who did what, the newest first: of an owner, for who administers it; of all, for who administers all. */
export function addAudit(app: Hono, { credentials, audit }: ApiDependencies): void {
  app.get(AUDIT, async (context) => {
    const { req } = context;
    const asked = req.query('owner');
    await authorizeRequest(req.raw, 'admin', [asked ?? '*'], credentials);
    const { success, data } = query.safeParse({ limit: DEFAULT_LIMIT, ...req.query() });
    if (!success) {
      throw new RequestError(
        'bad-query',
        'The query is not one of ?owner=NAME&limit=1 to 1000&before=NEXT, where NEXT is what the last page said.',
      );
    }
    const owner = asked === undefined ? undefined : parseOwner(asked);
    const { entries, next } = await audit.list({ ...data, owner });
    return sendJson(context, { entries: entries.map(describeEntry), next: next ?? null });
  });
  app.all(AUDIT, refuseOtherMethods('GET, HEAD'));
}

const describeEntry = ({ at, who, from, action, owner, on, refused }: AuditEntry) => ({
  at: new Date(at).toISOString(),
  who,
  from: from ?? null,
  action,
  owner: owner ?? null,
  on,
  outcome: refused ?? 'done',
});
