import type { Context, Hono } from 'hono';
import * as z from 'zod';
import { isArchitecture } from '#apk/names.ts';
import { findIndexes } from '#registry/reindex.ts';
import { parseRepository } from '#registry/repository-name.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { authorizeRequest } from '../authorize-request.ts';
import { refuseOtherMethods } from '../paths.ts';
import { readOptionalJson } from '../read-json.ts';
import { noteChange } from '../request-notes.ts';
import { sendJson } from '../send-json.ts';

const RECONCILE = '/api/reconcile';
const REINDEX = '/api/packages/:owner/alpine/:branch/:repository/reindex';

const nothing = z.strictObject({});
const whichIndexes = z.strictObject({
  arch: z.string().refine(isArchitecture, 'is no architecture').optional(),
});

/** What otherwise happens once a day, at once: comparing all that is kept, and making indexes anew. */
export function addMaintenance(app: Hono, { credentials, maintenance, records }: ApiDependencies): void {
  app.post(RECONCILE, async (context) => {
    const { raw } = context.req;
    noteChange(raw, { action: 'reconcile', owner: undefined, on: '*' });
    await authorizeRequest(raw, 'admin', ['*'], credentials);
    await readOptionalJson(raw, nothing);
    return sendOutcome(context, await maintenance.reconcile());
  });
  app.all(RECONCILE, refuseOtherMethods('POST'));

  app.post(REINDEX, async (context) => {
    const { req } = context;
    const { owner, branch, repository: name } = req.param();
    const place = [owner, branch, name];
    noteChange(req.raw, { action: 'reindex', owner, on: place.join('/') });
    await authorizeRequest(req.raw, 'admin', place, credentials);
    const repository = parseRepository({ owner, branch, repository: name });
    const { arch } = await readOptionalJson(req.raw, whichIndexes);
    await findIndexes({ ...repository, arch }, records);
    return sendOutcome(context, await maintenance.reindex({ ...repository, arch }));
  });
  app.all(REINDEX, refuseOtherMethods('POST'));
}

const sendOutcome = (context: Context, outcome: object | 'running'): Response =>
  outcome === 'running' ? sendJson(context, { state: 'running' }, 202) : sendJson(context, outcome);
