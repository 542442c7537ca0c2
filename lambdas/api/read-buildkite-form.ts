import { quote } from '#apk/apk-format-error.ts';
import type { BodyLimit } from './read-body.ts';
import { fileIn, readForm } from './read-upload.ts';
import { RequestError } from './request-error.ts';

const URL_FIELD = 'package_url';
const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What Buildkite's clients send: the package itself, or where they have uploaded it. */
export type BuildkiteForm = { file: Buffer } | { uploadId: string };

/**
 * Reads either form. Source: go-buildkite, package_uploads.go.
 * @throws RequestError as `readForm` and `fileIn`, `bad-package-url`
 */
export async function readBuildkiteForm(request: Request, limit: BodyLimit): Promise<BuildkiteForm> {
  const form = await readForm(request, limit);
  const url = form.get(URL_FIELD);
  if (typeof url !== 'string') return { file: await fileIn(form, limit) };
  const id = URL.canParse(url) ? new URL(url).pathname.split('/').at(-1) : undefined;
  if (id !== undefined && ID.test(id)) return { uploadId: id };
  throw new RequestError(
    'bad-package-url',
    `${URL_FIELD} is ${quote(url)}, and is to be the URL of the form that POST …/packages/upload has given, with the key behind it.`,
  );
}
