import type { Context, Hono } from 'hono';
import * as z from 'zod';
import { readVisibility, setVisibility } from '#registry/owners.ts';
import { parseOwner, parseRepository } from '#registry/repository-name.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { authorizeRequest } from '../authorize-request.ts';
import { refuseOtherMethods } from '../paths.ts';
import { readJson } from '../read-json.ts';
import { noteChange } from '../request-notes.ts';
import { sendJson } from '../send-json.ts';

const OWNER = '/api/owners/:owner';
const REPOSITORY = `${OWNER}/:branch/:repository`;

const ownerState = z.strictObject({ visibility: z.enum(['public', 'private']) });
const repositoryState = z.strictObject({ visibility: z.enum(['public', 'private', 'inherit']) });

/** Whom files are for. What holds for one repository is up to the owner, not to who administers that repository. */
export function addOwners(app: Hono, dependencies: ApiDependencies): void {
  const { credentials } = dependencies;
  const authorizeAdmin = ({ raw }: { raw: Request }, owner: string) =>
    authorizeRequest(raw, 'admin', [owner], credentials);

  app.get(OWNER, async (context) => {
    const { owner } = context.req.param();
    await authorizeAdmin(context.req, owner);
    return sendOwner(context, parseOwner(owner), dependencies);
  });
  app.put(OWNER, async (context) => {
    const { owner } = context.req.param();
    noteChange(context.req.raw, { action: 'set-visibility', owner, on: owner });
    await authorizeAdmin(context.req, owner);
    const place = parseOwner(owner);
    const { visibility } = await readJson(context.req.raw, ownerState);
    noteVisibility(context.req.raw, owner, place, visibility);
    await setVisibility(place, visibility, dependencies);
    return sendOwner(context, place, dependencies);
  });
  app.all(OWNER, refuseOtherMethods('GET, HEAD, PUT'));

  app.get(REPOSITORY, async (context) => {
    const names = context.req.param();
    await authorizeAdmin(context.req, names.owner);
    return sendRepository(context, names, dependencies);
  });
  app.put(REPOSITORY, async (context) => {
    const names = context.req.param();
    const on = `${names.owner}/${names.branch}/${names.repository}`;
    noteChange(context.req.raw, { action: 'set-visibility', owner: names.owner, on });
    await authorizeAdmin(context.req, names.owner);
    const { owner, branch, repository } = parseRepository(names);
    const { visibility } = await readJson(context.req.raw, repositoryState);
    const said = visibility === 'inherit' ? undefined : visibility;
    noteVisibility(context.req.raw, owner, `${owner}/${branch}/${repository}`, visibility);
    await setVisibility(`${owner}/${branch}/${repository}`, said, dependencies);
    return sendRepository(context, names, dependencies);
  });
  app.all(REPOSITORY, refuseOtherMethods('GET, HEAD, PUT'));
}

const noteVisibility = (request: Request, owner: string, place: string, visibility: string) =>
  noteChange(request, { action: 'set-visibility', owner, on: `${place} (${visibility})` });

async function sendOwner(context: Context, owner: string, dependencies: ApiDependencies) {
  const { effective } = await readVisibility(owner, dependencies);
  return sendJson(context, { owner, visibility: effective });
}

async function sendRepository(
  context: Context,
  names: Parameters<typeof parseRepository>[0],
  dependencies: ApiDependencies,
) {
  const { owner, branch, repository } = parseRepository(names);
  const state = await readVisibility(`${owner}/${branch}/${repository}`, dependencies);
  return sendJson(context, { owner, branch, repository, ...state });
}
