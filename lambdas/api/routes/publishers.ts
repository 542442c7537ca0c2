import type { Context, Hono } from 'hono';
import * as z from 'zod';
import { fingerprintOf } from '#apk/public-key.ts';
import { parseRepository } from '#registry/repository-name.ts';
import { MAX_PUBLISHER_KEYS, parsePublisherKeys } from '#registry/trusted-publishers.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { authorizeRequest } from '../authorize-request.ts';
import { refuseOtherMethods } from '../paths.ts';
import { readJson } from '../read-json.ts';
import { noteChange } from '../request-notes.ts';
import { sendJson } from '../send-json.ts';

const PUBLISHERS = '/api/owners/:owner/:branch/:repository/publishers';

const schema = z.strictObject({ keys: z.array(z.string().max(4096)).max(MAX_PUBLISHER_KEYS) });

/** Whose packages a repository takes: those signed by one of these keys; by anybody, while there are none. */
export function addPublishers(app: Hono, dependencies: ApiDependencies): void {
  const { publishers, credentials } = dependencies;

  const repositoryOf = async ({ req }: Context<object, typeof PUBLISHERS>) => {
    const { owner, branch, repository } = req.param();
    await authorizeRequest(req.raw, 'admin', [owner, branch, repository], credentials);
    return parseRepository({ owner, branch, repository });
  };

  app.get(PUBLISHERS, async (context) => {
    const keys = await publishers.keysOf(await repositoryOf(context));
    return sendJson(context, describe(keys));
  });
  app.put(PUBLISHERS, async (context) => {
    const { owner, branch, repository: name } = context.req.param();
    noteChange(context.req.raw, { action: 'set-publishers', owner, on: `${owner}/${branch}/${name}` });
    const repository = await repositoryOf(context);
    const keys = parsePublisherKeys((await readJson(context.req.raw, schema)).keys);
    await publishers.setKeys(repository, keys);
    return sendJson(context, describe(keys));
  });
  app.all(PUBLISHERS, refuseOtherMethods('GET, HEAD, PUT'));
}

const describe = (keys: readonly string[]) => ({
  keys: keys.map((key) => ({ fingerprint: fingerprintOf(key), key })),
});
