import type { Hono } from 'hono';
import { parseRepository } from '#registry/repository-name.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { authorizeRequest } from '../authorize-request.ts';
import { BUILDKITE_BRANCH, describeForBuildkite } from '../describe-for-buildkite.ts';
import { publicUrlOf, refuseOtherMethods } from '../paths.ts';
import { publishUpload } from '../publish-upload.ts';
import { readFormUpload } from '../read-upload.ts';
import { readWait } from '../read-wait.ts';
import { noteChange, publicationOf } from '../request-notes.ts';
import { sendJson } from '../send-json.ts';

const PACKAGES = '/v2/packages/organizations/:organization/registries/:registry/packages';

/** Publishing at Buildkite's address. */
export function addBuildkite(app: Hono, dependencies: ApiDependencies): void {
  const { credentials, maxUploadBytes, publicUrl } = dependencies;

  app.post(PACKAGES, async (context) => {
    const { req } = context;
    const { organization, registry } = req.param();
    const place = [organization, BUILDKITE_BRANCH, registry];
    noteChange(req.raw, { action: 'publish', owner: organization, on: place.join('/') });
    const principal = await authorizeRequest(req.raw, 'publish', place, credentials);
    const repository = parseRepository({
      owner: organization,
      branch: BUILDKITE_BRANCH,
      repository: registry,
    });
    const wait = readWait(req.query('wait'));
    const file = await readFormUpload(req.raw, maxUploadBytes);
    const { published, indexed } = await publishUpload({ repository, file, wait }, principal, dependencies);
    noteChange(req.raw, publicationOf(published));
    return sendJson(context, describeForBuildkite(published, publicUrlOf(context, publicUrl), indexed));
  });
  app.all(PACKAGES, refuseOtherMethods('POST'));
}
