import type { Hono } from 'hono';
import { quote } from '#apk/apk-format-error.ts';
import { isArchitecture } from '#apk/names.ts';
import { findNoarch } from '#registry/find-noarch.ts';
import { urlPath } from '#registry/object-keys.ts';
import { RegistryError } from '#registry/registry-error.ts';
import { parseRepository } from '#registry/repository-name.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { authorizeRead } from '../authorize-request.ts';
import { parseOrRefuse, rawPath, refuseOtherMethods } from '../paths.ts';

const FILE = '/:owner/:branch/:repository/:arch/:file';

/** What CloudFront asks for when the bucket does not have a file. */
export function addFiles(app: Hono, { packages }: ApiDependencies): void {
  app.get(FILE, async (context) => {
    const { owner, branch, repository, arch, file } = context.req.param();
    const name = parseOrRefuse(context, () =>
      parseRepository({ owner: authorizeRead(owner), branch, repository }),
    );
    const key = isArchitecture(arch) ? await findNoarch({ ...name, arch }, file, packages) : undefined;
    if (key === undefined) {
      throw new RegistryError(
        'not-found',
        `${quote(rawPath(context.req.raw))} is not published here, nor its noarch counterpart. An index appears with its first package.`,
      );
    }
    // A path, since apk follows only absolute paths and URLs, and a 302, since it follows few others.
    return context.redirect(urlPath(key), 302);
  });
  app.all(FILE, refuseOtherMethods('GET, HEAD'));
}
