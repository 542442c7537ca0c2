import { createHash } from 'node:crypto';
import { ApkFormatError, quote } from './apk-format-error.ts';
import { ByteSource, inLargeChunks } from './byte-source.ts';
import { needsApk3 } from './dependency.ts';
import { type PackageWarning, WARNINGS, type WarningCode } from './faults.ts';
import { isGzip } from './gzip-member.ts';
import { isKnownArchitecture } from './names.ts';
import { readPackageData } from './package-data.ts';
import { readPackageHead } from './package-head.ts';
import type { PackageInfo } from './package-info.ts';
import { findConflictWithItself } from './self-conflicts.ts';
import type { NamedSignature } from './signature.ts';

/** What a version 2 package is, as read and checked from its bytes. */
export interface PackageReport {
  info: PackageInfo;
  /** apk's identity of the package: `Q1` and the base64 SHA-1 of the control member as compressed bytes. */
  checksum: string;
  /** Bytes of the whole file. */
  size: number;
  /** Lower-case hex SHA-256 of the whole file. */
  sha256: string;
  /** Who says to have signed it; the signatures are not verified. */
  signatures: NamedSignature[];
  /** The control member as compressed bytes, which signatures are over. */
  control: Uint8Array;
  /** Why some supported client will not like a package that is otherwise right. */
  warnings: PackageWarning[];
}

/**
 * Reads a package once, front to back, in constant memory, and checks all that apk checks.
 * Source: apk-v2.5; what apk-tools 2.14.10 and 3.0.6 do with faulty packages.
 * @throws ApkFormatError any code of `FAULTS` but `bad-index`
 */
export async function readPackage(chunks: AsyncIterable<Uint8Array>): Promise<PackageReport> {
  const hash = createHash('sha256');
  const source = new ByteSource(inLargeChunks(chunks));
  source.listen((bytes) => hash.update(bytes));
  try {
    await checkKind(source);
    const { info, datahash, signatures, hasScripts, control } = await readPackageHead(source);
    const { hasEntries, warnings } = await readPackageData(source, datahash);
    if ((hasEntries || hasScripts) && !info.installedSize) {
      throw new ApkFormatError(
        'size-missing',
        `.PKGINFO has ${info.installedSize === 0 ? 'size 0' : 'no size'}, though there are files or scripts.`,
      );
    }
    return {
      info,
      checksum: `Q1${createHash('sha1').update(control).digest('base64')}`,
      size: source.offset,
      sha256: hash.digest('hex'),
      signatures,
      control,
      warnings: [...warnings, ...infoWarnings(info)],
    };
  } finally {
    await source.close();
  }
}

/** Tells apart what people upload by mistake. */
async function checkKind(source: ByteSource): Promise<void> {
  const start = await source.peekUpTo(4);
  const magic = Buffer.from(start).toString('latin1');
  if (magic === '') throw new ApkFormatError('empty-file', 'The file is empty.');
  if (magic === 'PK\x03\x04')
    throw new ApkFormatError('android-package', 'The file is a zip archive, as Android packages are.');
  if (magic.startsWith('ADB')) throw new ApkFormatError('v3-package', 'The file is a version 3 package.');
  if (!isGzip(start)) throw new ApkFormatError('not-gzip', 'The file does not begin with a gzip member.');
}

function infoWarnings(info: PackageInfo): PackageWarning[] {
  const { version, arch, depends, provides, installIf } = info;
  const warnings: PackageWarning[] = [];
  const warn = (code: WarningCode, found: string) =>
    warnings.push({ code, message: `${found} ${WARNINGS[code]}` });
  if (version.includes('~')) warn('hash-in-version', `.PKGINFO: pkgver is ${version}.`);
  const hashed = [...depends, ...provides, ...installIf].find(needsApk3);
  if (hashed !== undefined) warn('hash-in-dependency', `.PKGINFO has ${hashed}.`);
  const own = findConflictWithItself(info);
  if (own !== undefined) warn('excludes-itself', `.PKGINFO: depend has ${quote(own)}.`);
  if (!isKnownArchitecture(arch)) warn('unknown-arch', `.PKGINFO: arch is ${quote(arch)}.`);
  return warnings;
}
