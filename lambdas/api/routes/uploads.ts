import type { Context, Hono } from 'hono';
import * as z from 'zod';
import { quote } from '#apk/apk-format-error.ts';
import { createUpload } from '#registry/create-upload.ts';
import { completeUpload, findUpload, followUpload } from '#registry/follow-upload.ts';
import { parsePackageKey } from '#registry/object-keys.ts';
import type { PackageFileName, RepositoryName } from '#registry/ports.ts';
import { parseRepository } from '#registry/repository-name.ts';
import type { Upload } from '#registry/uploads.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { authorizeRequest } from '../authorize-request.ts';
import { clientAddress } from '../client-address.ts';
import { CURL_TYPE, curlConfig } from '../curl-config.ts';
import { describeParts, describePut, describeUpload } from '../describe-upload.ts';
import { publicUrlOf, refuseOtherMethods } from '../paths.ts';
import { readFields } from '../read-fields.ts';
import { readWait } from '../read-wait.ts';
import { RequestError } from '../request-error.ts';
import { noteChange } from '../request-notes.ts';
import { sendJson } from '../send-json.ts';

const UPLOADS = '/api/packages/:owner/alpine/:branch/:repository/uploads';
/** Ids alone: what else is there could be a file of an architecture that is called so. */
const UPLOAD = `${UPLOADS}/:id{[0-9a-f-]{36}}`;
const COMPLETE = `${UPLOAD}/complete`;

const bytes = z.union([
  z.int().min(1),
  z
    .string()
    .regex(/^[1-9][0-9]{0,14}$/)
    .transform(Number),
]);

const newUpload = z.strictObject({
  size: bytes,
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'is no SHA-256 in hex')
    .toLowerCase(),
  /** `{arch}/{name}-{version}.apk` */
  file: z.string().optional(),
  part_size: bytes.optional(),
});

/** @throws RequestError `bad-json` for what cannot be the name of a file of the repository */
function fileIn(
  { owner, branch, repository }: RepositoryName,
  text: string | undefined,
): PackageFileName | undefined {
  if (text === undefined) return undefined;
  const file = parsePackageKey(`${owner}/${branch}/${repository}/${text}`);
  if (file !== undefined) return file;
  throw new RequestError('bad-json', `file: ${quote(text)} is not {arch}/{name}-{version}.apk.`);
}

/** Publishing what no request can carry: a URL to send it to, and what came of it. */
export function addUploads(app: Hono, dependencies: ApiDependencies): void {
  const { credentials, originSecret, publicUrl } = dependencies;

  app.post(UPLOADS, async (context) => {
    const { req } = context;
    const { owner, branch, repository: name } = req.param();
    const place = [owner, branch, name];
    noteChange(req.raw, { action: 'create-upload', owner, on: place.join('/') });
    const { name: publishedBy } = await authorizeRequest(req.raw, 'publish', place, credentials);
    const repository = parseRepository({ owner, branch, repository: name });
    const { size, sha256, file, part_size: partSize } = await readFields(req.raw, newUpload);
    const from = clientAddress(req.raw, originSecret);
    const announced = { size, sha256, partSize, file: fileIn(repository, file) };
    const created = await createUpload({ repository, publishedBy, from, ...announced }, dependencies);
    noteChange(req.raw, {
      action: 'create-upload',
      owner: repository.owner,
      on: `${place.join('/')} (${created.upload.id})`,
    });
    const url = publicUrlOf(context, publicUrl);
    if ('parts' in created) return sendJson(context, describeParts(created.upload, created.parts, url), 201);
    const described = describePut(created.upload, created.put, url);
    if (req.header('accept') !== CURL_TYPE) return sendJson(context, described, 201);
    return context.body(curlConfig(described), 201, { 'Content-Type': CURL_TYPE });
  });
  app.all(UPLOADS, refuseOtherMethods('POST'));

  app.get(UPLOAD, async (context) => {
    const upload = await uploadOf(context);
    const wait = readWait(context.req.query('wait')) ?? 0;
    return sendUpload(context, await followUpload(upload, wait, dependencies));
  });
  app.all(UPLOAD, refuseOtherMethods('GET, HEAD'));

  app.post(COMPLETE, async (context) => {
    const upload = await uploadOf(context);
    await completeUpload(upload, dependencies);
    return sendUpload(context, { upload, indexed: false }, 202);
  });
  app.all(COMPLETE, refuseOtherMethods('POST'));

  /** Who may publish in a repository may see what others publish there. */
  async function uploadOf({ req }: Context): Promise<Upload> {
    const {
      owner = '',
      branch = '',
      repository = '',
      id = '',
    } = req.param() as Partial<RepositoryName & { id: string }>;
    await authorizeRequest(req.raw, 'publish', [owner, branch, repository], credentials);
    return findUpload(id, parseRepository({ owner, branch, repository }), dependencies);
  }

  function sendUpload(
    context: Context,
    { upload, indexed }: { upload: Upload; indexed: boolean },
    status: 200 | 202 = 200,
  ): Response {
    return sendJson(context, describeUpload(upload, publicUrlOf(context, publicUrl), indexed), status);
  }
}
