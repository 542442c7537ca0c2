import { createHash } from 'node:crypto';
import { ByteSource } from '#apk/byte-source.ts';
import { readPackageHead } from '#apk/package-head.ts';
import { packageFile } from '#registry/object-keys.ts';
import type { PackageAnswer } from './package-answer.ts';
import type { FileOnItsWay } from './publish-file.ts';
import { readPart } from './read-file.ts';

/** What the registry would say of a package that it has already; read from the file's beginning. @throws ApkFormatError, UnreadableFileError */
export async function describeFile({ path, size, sha256 }: FileOnItsWay): Promise<PackageAnswer> {
  const source = new ByteSource(readPart({ path, start: 0, size }));
  try {
    const { info, control } = await readPackageHead(source);
    const { name, version, arch } = info;
    const checksum = `Q1${createHash('sha1').update(control).digest('base64')}`;
    return { arch, name, version, file: packageFile(info), sha256, size, checksum, indexed: false };
  } finally {
    await source.close();
  }
}
