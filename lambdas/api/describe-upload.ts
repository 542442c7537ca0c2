import type { Published } from '#registry/publish-package.ts';
import type { PresignedPart, PresignedPut, Upload } from '#registry/uploads.ts';
import { describePackage } from './describe-package.ts';
import { problemOfRefusal } from './problem.ts';

/** Where the uploads of a repository are, without a slash at the end. */
const uploadsUrl = (publicUrl: string, { owner, branch, repository }: Upload): string =>
  `${publicUrl}/api/packages/${owner}/alpine/${branch}/${repository}/uploads`;

const statusUrl = (publicUrl: string, upload: Upload): string =>
  `${uploadsUrl(publicUrl, upload)}/${upload.id}`;

const timeOf = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** A new upload of which one PUT sends everything. On one machine its URL is a path of this one. */
export const describePut = (upload: Upload, { url, headers }: PresignedPut, publicUrl: string) => ({
  id: upload.id,
  url: new URL(url, publicUrl).href,
  headers,
  expires_at: timeOf(upload.expiresAt),
  status_url: statusUrl(publicUrl, upload),
});

/** A new upload that is PUT in parts. */
export const describeParts = (upload: Upload, parts: readonly PresignedPart[], publicUrl: string) => ({
  id: upload.id,
  url: null,
  parts: parts.map(({ url, ...part }) => ({ ...part, url: new URL(url, publicUrl).href })),
  complete_url: `${statusUrl(publicUrl, upload)}/complete`,
  expires_at: timeOf(upload.expiresAt),
  status_url: statusUrl(publicUrl, upload),
});

/** What an upload has come to. */
export function describeUpload(upload: Upload, publicUrl: string, indexed: boolean) {
  const { id, state, outcome, expiresAt } = upload;
  return {
    id,
    state,
    package:
      outcome?.state === 'published' ? describePackage(publishedBy(outcome), publicUrl, indexed) : null,
    problem: outcome?.state === 'refused' ? problemOfRefusal(outcome.refusal) : null,
    expires_at: timeOf(expiresAt),
  };
}

type Outcome = Extract<Upload['outcome'], { state: 'published' }>;

/** As a direct publish has it. */
export const publishedBy = ({
  file,
  warnings,
}: Outcome): Pick<Published, 'warnings'> & { record: Outcome['file'] } => ({
  record: file,
  warnings,
});
