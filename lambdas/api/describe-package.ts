import { packageFile, packageKey, urlPath } from '#registry/object-keys.ts';
import type { Published } from '#registry/publish-package.ts';
import type { PublishedFile } from '#registry/uploads.ts';

/** A published package as answers show it. */
export interface PackageDescription {
  owner: string;
  branch: string;
  repository: string;
  arch: string;
  name: string;
  version: string;
  /** What apk asks for: `{name}-{version}.apk`. */
  file: string;
  sha256: string;
  /** Bytes. */
  size: number;
  /** apk's identity of the package, `Q1…`. */
  checksum: string;
  /** Where apk fetches it. */
  url: string;
  warnings: Published['warnings'];
  /** Whether every index is known to list it; `false` unless the request said `wait`. */
  indexed: boolean;
}

/** @param publicUrl what stands before the path, without a slash at its end */
export function describePackage(
  { record, warnings }: Pick<Published, 'warnings'> & { record: PublishedFile },
  publicUrl: string,
  indexed: boolean,
): PackageDescription {
  const { owner, branch, repository, arch, name, version, sha256, size, checksum } = record;
  return {
    owner,
    branch,
    repository,
    arch,
    name,
    version,
    file: packageFile(record),
    sha256,
    size,
    checksum,
    url: publicUrl + urlPath(packageKey(record)),
    warnings,
    indexed,
  };
}
