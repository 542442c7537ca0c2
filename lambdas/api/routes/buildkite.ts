import type { Context, Hono } from 'hono';
import type { Principal } from '#registry/authorize.ts';
import { createFormUpload } from '#registry/create-upload.ts';
import { findUpload, followUpload } from '#registry/follow-upload.ts';
import type { RepositoryName } from '#registry/ports.ts';
import { parseRepository } from '#registry/repository-name.ts';
import { UploadRefused } from '#registry/uploads.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { authorizeRequest } from '../authorize-request.ts';
import { clientAddress } from '../client-address.ts';
import { BUILDKITE_BRANCH, describeForBuildkite } from '../describe-for-buildkite.ts';
import { publishedBy } from '../describe-upload.ts';
import { publicUrlOf, refuseOtherMethods } from '../paths.ts';
import { publishUpload } from '../publish-upload.ts';
import { readBuildkiteForm } from '../read-buildkite-form.ts';
import { readWait } from '../read-wait.ts';
import { RequestError } from '../request-error.ts';
import { noteChange, publicationOf } from '../request-notes.ts';
import { sendJson } from '../send-json.ts';
import { packageLimit } from '../too-large.ts';

const PACKAGES = '/v2/packages/organizations/:organization/registries/:registry/packages';
const PRESIGNED = `${PACKAGES}/upload`;

/** An HTTP API answers for its Lambda after 30 seconds. */
const PATIENCE_SECONDS = 25;

/** Publishing at Buildkite's addresses. Source: Buildkite REST API, "Packages API"; go-buildkite, package_uploads.go. */
export function addBuildkite(app: Hono, dependencies: ApiDependencies): void {
  const { credentials, maxUploadBytes, publicUrl, originSecret } = dependencies;

  app.post(PACKAGES, async (context) => {
    const { req } = context;
    const { repository, principal } = await authorizePublish(context, 'publish');
    const wait = readWait(req.query('wait'));
    const url = publicUrlOf(context, publicUrl);
    const { owner, branch, repository: name } = repository;
    const limit = packageLimit(`${url}/api/packages/${owner}/alpine/${branch}/${name}`, maxUploadBytes);
    const sent = await readBuildkiteForm(req.raw, limit);
    if ('uploadId' in sent) {
      const { package: found, indexed } = await uploadedPackage(sent.uploadId, repository);
      noteChange(req.raw, undefined);
      return sendJson(context, describeForBuildkite(found, url, indexed));
    }
    const upload = { repository, file: sent.file, wait };
    const { published, indexed } = await publishUpload(upload, principal, dependencies);
    noteChange(req.raw, publicationOf(published));
    return sendJson(context, describeForBuildkite(published, url, indexed));
  });
  app.all(PACKAGES, refuseOtherMethods('POST'));

  app.post(PRESIGNED, async (context) => {
    const { repository, principal } = await authorizePublish(context, 'create-upload');
    const from = clientAddress(context.req.raw, originSecret);
    const { name: publishedBy, tokenId } = principal;
    const origin = { repository, publishedBy, tokenId, from };
    const { upload, form } = await createFormUpload(origin, dependencies);
    const url = new URL(form.url, publicUrlOf(context, publicUrl)).href;
    return sendJson(context, {
      uri: `${url.replace(/\/$/, '')}/${upload.id}`,
      form: { file_input: 'file', method: 'POST', url, data: form.fields },
    });
  });
  app.all(PRESIGNED, refuseOtherMethods('POST'));

  async function authorizePublish(
    { req }: Context,
    action: 'publish' | 'create-upload',
  ): Promise<{ repository: RepositoryName; principal: Principal }> {
    const { organization = '', registry = '' } = req.param() as Partial<Record<string, string>>;
    const place = [organization, BUILDKITE_BRANCH, registry];
    noteChange(req.raw, { action, owner: organization, on: place.join('/') });
    const principal = await authorizeRequest(req.raw, 'publish', place, credentials);
    const names = { owner: organization, branch: BUILDKITE_BRANCH, repository: registry };
    return { repository: parseRepository(names), principal };
  }

  /** The file is published as soon as it arrives, so there is nothing left to do but to wait for it. */
  async function uploadedPackage(id: string, repository: RepositoryName) {
    const found = await findUpload(id, repository, dependencies);
    const { upload, indexed } = await followUpload(found, PATIENCE_SECONDS, dependencies);
    const { outcome } = upload;
    if (outcome?.state === 'published') return { package: publishedBy(outcome), indexed };
    if (outcome?.state === 'refused') throw new UploadRefused(outcome.refusal);
    throw new RequestError(
      'upload-unfinished',
      upload.state === 'waiting'
        ? 'The file has not arrived yet. Send this again when it has.'
        : 'The file is still being validated. Send this again in some seconds.',
    );
  }
}
