import { NOARCH } from '#apk/names.ts';
import { INDEX_FILE, indexKey, packageKey, parsePackageKey } from './object-keys.ts';
import type { IndexName, PackageBucket } from './ports.ts';

/**
 * Where a file that an architecture's folder does not have is found under `noarch`: apko and plain
 * mirrors look for noarch packages there, and a repository with nothing else has no other index.
 * @returns the object key, `undefined` when it is not there either
 */
export async function findNoarch(
  index: IndexName,
  file: string,
  packages: PackageBucket,
): Promise<string | undefined> {
  if (index.arch === NOARCH) return undefined;
  const noarch = { ...index, arch: NOARCH };
  const key = file === INDEX_FILE ? indexKey(noarch) : keyOfPackage(noarch, file);
  return key !== undefined && (await packages.head(key)) !== undefined ? key : undefined;
}

function keyOfPackage({ owner, branch, repository, arch }: IndexName, file: string): string | undefined {
  const package_ = parsePackageKey(`${owner}/${branch}/${repository}/${arch}/${file}`);
  return package_ && packageKey(package_);
}
