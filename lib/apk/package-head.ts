import { ApkFormatError, quote } from './apk-format-error.ts';
import type { ByteSource } from './byte-source.ts';
import { MAX_SCRIPT_BYTES, MAX_SIGNATURE_MEMBERS } from './limits.ts';
import { type PackageInfoFile, parsePackageInfo } from './package-info.ts';
import { isSignatureFile, type NamedSignature, parseSignatureName } from './signature.ts';
import { readSmallMember, type SmallMember } from './small-member.ts';

/** What stands before a package's data member. */
export interface PackageHead extends PackageInfoFile {
  signatures: NamedSignature[];
  hasScripts: boolean;
  /** The control member as compressed bytes. */
  control: Buffer;
}

/**
 * Reads the signature members, if there are any, and the control member.
 * @throws ApkFormatError `control-*`, `script-too-large`, `too-many-members`, and what .PKGINFO gives
 */
export async function readPackageHead(source: ByteSource): Promise<PackageHead> {
  const { signatures, control } = await readMembers(source);
  const hasScripts = control.files.length > 1;
  return { ...readControl(control), signatures, hasScripts, control: control.compressed };
}

async function readMembers(
  source: ByteSource,
): Promise<{ signatures: NamedSignature[]; control: SmallMember }> {
  const signatures: NamedSignature[] = [];
  for (let members = 0; members <= MAX_SIGNATURE_MEMBERS; members++) {
    const member = await readSmallMember(source);
    if (!isSignatureFile(member.files[0]?.name ?? '')) return { signatures, control: member };
    signatures.push(...readSignatures(member));
    if ((await source.peek()) === undefined)
      throw new ApkFormatError('control-missing', 'The file ends after the signature member.');
  }
  throw new ApkFormatError(
    'too-many-members',
    `The file has more than ${MAX_SIGNATURE_MEMBERS} signature members.`,
  );
}

/** apk takes the first entry that is no signature for the beginning of the control data, wherever it stands. */
function readSignatures({ files, endOfArchive }: SmallMember): NamedSignature[] {
  const other = files.find(({ name, type }) => !isSignatureFile(name) || type !== 'file');
  if (other !== undefined)
    throw new ApkFormatError('control-unexpected', `The signature member has ${quote(other.name)}.`);
  if (endOfArchive)
    throw new ApkFormatError('control-not-cut', 'The signature member has end-of-archive blocks.');
  return files.flatMap(({ name, body }) => {
    const signature = parseSignatureName(name);
    return signature === undefined ? [] : [{ ...signature, signature: body }];
  });
}

function readControl({ files, endOfArchive }: SmallMember): PackageInfoFile {
  const info = files.find(({ name, type }) => name === '.PKGINFO' && type === 'file');
  if (info === undefined) throw new ApkFormatError('control-missing', 'The control member has no .PKGINFO.');
  checkControlFiles(files);
  if (endOfArchive)
    throw new ApkFormatError('control-not-cut', 'The control member has end-of-archive blocks.');
  return parsePackageInfo(info.body);
}

/** apk fails at a name without a leading dot and at `.INSTALL`, and reads the second of two `.PKGINFO` over the first. */
function checkControlFiles(files: SmallMember['files']): void {
  const seen = new Set<string>();
  for (const { name, type, body } of files) {
    if (!/^\.[^/]+$/.test(name) || name === '..' || name === '.INSTALL' || type !== 'file')
      throw new ApkFormatError('control-unexpected', `The control member has the ${type} ${quote(name)}.`);
    if (seen.has(name))
      throw new ApkFormatError('control-unexpected', `The control member has ${quote(name)} twice.`);
    if (name !== '.PKGINFO' && body.length > MAX_SCRIPT_BYTES)
      throw new ApkFormatError('script-too-large', `The script ${quote(name)} has ${body.length} bytes.`);
    seen.add(name);
  }
}
