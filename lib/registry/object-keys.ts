import { isArchitecture, isPackageName, splitPackageFile } from '#apk/names.ts';
import { isVersion } from '#apk/version.ts';
import type { IndexName, PackageFileName } from './ports.ts';

export const INDEX_FILE = 'APKINDEX.tar.gz';

/** `{owner}/{branch}/{repository}/{arch}`, the folder apk reads an index and its packages from. */
const folder = ({ owner, branch, repository, arch }: IndexName) => `${owner}/${branch}/${repository}/${arch}`;

/** `{name}-{version}.apk`, whatever the file was called when it was uploaded. */
export const packageFile = ({ name, version }: Pick<PackageFileName, 'name' | 'version'>) =>
  `${name}-${version}.apk`;

export const packageKey = (file: PackageFileName) => `${folder(file)}/${packageFile(file)}`;

export const indexKey = (index: IndexName) => `${folder(index)}/${INDEX_FILE}`;

/** What the keys of everything in an index's folder begin with. */
export const indexPrefix = (index: IndexName) => `${folder(index)}/`;

/** Each file once, though it may be named by several events or records. */
export const distinctFiles = (files: readonly PackageFileName[]): PackageFileName[] => [
  ...new Map(files.map((file) => [packageKey(file), file])).values(),
];

export const publicKeyKey = (owner: string, keyFileName: string) => `${owner}/${keyFileName}`;

/** The package file that an object key names; `undefined` for any other object. */
export function parsePackageKey(key: string): PackageFileName | undefined {
  const [owner, branch, repository, arch, file, ...rest] = key.split('/');
  if (!owner || !branch || !repository || !arch || !file || rest.length > 0) return undefined;
  const package_ = splitPackageFile(file);
  if (package_ === undefined || !isArchitecture(arch)) return undefined;
  if (!isPackageName(package_.name) || !isVersion(package_.version)) return undefined;
  return { owner, branch, repository, arch, ...package_ };
}

/** An object key as the path of a URL: what S3 and CloudFront must not read otherwise is escaped. */
export const urlPath = (key: string) => `/${key.split('/').map(encodeURIComponent).join('/')}`;
