import type { Hono } from 'hono';
import { quote } from '#apk/apk-format-error.ts';
import { deletePackage } from '#registry/delete-package.ts';
import { parsePackageKey } from '#registry/object-keys.ts';
import type { PackageFileName, RepositoryName } from '#registry/ports.ts';
import { RegistryError } from '#registry/registry-error.ts';
import { parseRepository } from '#registry/repository-name.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { authorizeRequest } from '../authorize-request.ts';
import { describePackage } from '../describe-package.ts';
import { publicUrlOf, rawPath, refuseOtherMethods, refusePath } from '../paths.ts';
import { publishUpload } from '../publish-upload.ts';
import { readUpload } from '../read-upload.ts';
import { readWait } from '../read-wait.ts';
import { noteChange, publicationOf } from '../request-notes.ts';
import { sendJson } from '../send-json.ts';
import { packageLimit } from '../too-large.ts';

const REPOSITORY = '/api/packages/:owner/alpine/:branch/:repository';
const FILE = `${REPOSITORY}/:arch/:file`;

/** Publishing and deleting, at Forgejo's addresses. */
export function addPackages(app: Hono, dependencies: ApiDependencies): void {
  const { credentials, maxUploadBytes, publicUrl } = dependencies;

  app.put(REPOSITORY, async (context) => {
    const { req } = context;
    const names = req.param();
    noteChange(req.raw, { action: 'publish', owner: names.owner, on: placeOf(names).join('/') });
    const principal = await authorizeRequest(req.raw, 'publish', placeOf(names), credentials);
    const repository = parseRepository(names);
    const wait = readWait(req.query('wait'));
    const limit = packageLimit(`${publicUrlOf(context, publicUrl)}${rawPath(req.raw)}`, maxUploadBytes);
    const file = await readUpload(req.raw, limit);
    const { published, indexed } = await publishUpload({ repository, file, wait }, principal, dependencies);
    noteChange(req.raw, publicationOf(published));
    const description = describePackage(published, publicUrlOf(context, publicUrl), indexed);
    return sendJson(context, description, 201, { Location: description.url });
  });
  app.all(REPOSITORY, refuseOtherMethods('PUT'));

  app.delete(FILE, async (context) => {
    const { req } = context;
    const names = req.param();
    const on = [...placeOf(names), names.arch, names.file].join('/');
    noteChange(req.raw, { action: 'delete', owner: names.owner, on });
    await authorizeRequest(req.raw, 'delete', placeOf(names), credentials);
    await deletePackage(parseFile(parseRepository(names), names.arch, names.file), dependencies);
    return context.body(null, 204);
  });
  // CloudFront's viewer function redirects readers before they get here.
  app.get(FILE, refusePath);
  app.all(FILE, refuseOtherMethods('GET, HEAD, DELETE'));
}

const placeOf = ({ owner, branch, repository }: RepositoryName) => [owner, branch, repository];

/** @throws RegistryError `not-found` for what cannot be the name of a published file */
function parseFile(
  { owner, branch, repository }: RepositoryName,
  arch: string,
  file: string,
): PackageFileName {
  const name = parsePackageKey(`${owner}/${branch}/${repository}/${arch}/${file}`);
  if (name !== undefined) return name;
  throw new RegistryError(
    'not-found',
    `${quote(`${arch}/${file}`)} is no package file. Files are called {arch}/{name}-{version}.apk, as in the index, whatever they were called when uploaded.`,
  );
}
