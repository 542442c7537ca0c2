import { createHash, createSign, type KeyLike } from 'node:crypto';
import { END_OF_ARCHIVE, file, gzipMember, type TarEntry, tarOf, withDirectories } from './tar-members.ts';

/** Who signs a package: the entry is `.SIGN.{algorithm}.{keyFileName}`. */
export interface PackageSigner {
  keyFileName: string;
  privateKey: KeyLike;
  algorithm?: 'RSA' | 'RSA256' | 'RSA512';
}

/** Lines of `.PKGINFO`: a list gives a line for each value, `undefined` leaves the line out. */
export type PackageFields = Record<string, string | readonly string[] | undefined>;

export interface PackageContents {
  name?: string;
  version?: string;
  arch?: string;
  /** Overrides lines of `.PKGINFO`, or adds some. */
  fields?: PackageFields;
  /** Installed files, their directories are added; by default one text that differs by name, version and arch. */
  files?: Record<string, string | Uint8Array>;
  /** By name, for example `.post-install`. */
  scripts?: Record<string, string>;
  signers?: readonly PackageSigner[];
  /** What the data member holds instead of `files`, exactly. */
  entries?: readonly TarEntry[];
  /** The bytes after the control member instead of a data member made from `files` or `entries`. */
  data?: Uint8Array;
  /** Makes `.PKGINFO` anew from its right text. */
  editInfo?: (text: string) => string | Uint8Array;
}

export interface PackageMembers {
  /** Empty without signers. */
  signature: Buffer;
  control: Buffer;
  data: Buffer;
}

/** A version 2 package, right in every client unless `contents` say otherwise; the same bytes for the same contents. */
export async function buildPackage(contents: PackageContents = {}): Promise<Buffer> {
  const { signature, control, data } = await buildMembers(contents);
  return Buffer.concat([signature, control, data]);
}

/** The three gzip members of a package, to damage one and join them again. */
export async function buildMembers(contents: PackageContents = {}): Promise<PackageMembers> {
  const entries = contents.entries ?? entriesOf(contents);
  const data = Buffer.from(contents.data ?? (await dataMember(entries)));
  const text = packageInfo(contents, entries, data);
  const info = contents.editInfo?.(text) ?? text;
  const control = await controlMember(info, contents.scripts);
  return { signature: await signatureMember(control, contents.signers ?? []), control, data };
}

/** The name apk fetches a package by. */
export const packageFile = ({ name = 'foo', version = '1.0-r0' }: PackageContents = {}): string =>
  `${name}-${version}.apk`;

/** What apk calls the package with this control member: `Q1…`. */
export const identityOf = (control: Uint8Array): string =>
  `Q1${createHash('sha1').update(control).digest('base64')}`;

export const dataMember = async (entries: readonly TarEntry[]): Promise<Buffer> =>
  gzipMember(await tarOf(entries), END_OF_ARCHIVE);

export async function controlMember(
  info: string | Uint8Array,
  scripts: Record<string, string> = {},
): Promise<Buffer> {
  const entries: TarEntry[] = [{ name: '.PKGINFO', content: info, mode: 0o644 }];
  for (const [name, content] of Object.entries(scripts)) entries.push({ name, content, mode: 0o755 });
  return gzipMember(await tarOf(entries));
}

/** Signatures over the control member as compressed; no bytes at all without signers. */
export async function signatureMember(
  control: Uint8Array,
  signers: readonly PackageSigner[],
): Promise<Buffer> {
  if (signers.length === 0) return Buffer.alloc(0);
  const entries = signers.map(({ keyFileName, privateKey, algorithm = 'RSA256' }) => ({
    name: `.SIGN.${algorithm}.${keyFileName}`,
    content: createSign(DIGEST[algorithm]).update(control).sign(privateKey),
    mode: 0o644,
  }));
  return gzipMember(await tarOf(entries));
}

const DIGEST = { RSA: 'sha1', RSA256: 'sha256', RSA512: 'sha512' } as const;

function entriesOf({
  name = 'foo',
  version = '1.0-r0',
  arch = 'x86_64',
  files,
}: PackageContents): TarEntry[] {
  const contents = files ?? { [`usr/share/${name}/version`]: `${name} ${version} ${arch}\n` };
  return withDirectories(Object.entries(contents).map(([path, content]) => file(path, content)));
}

function packageInfo(
  { name = 'foo', version = '1.0-r0', arch = 'x86_64', fields }: PackageContents,
  entries: readonly TarEntry[],
  data: Uint8Array,
): string {
  const size = entries.reduce((sum, { content = '' }) => sum + Buffer.byteLength(content), 0);
  const all: PackageFields = {
    pkgname: name,
    pkgver: version,
    pkgdesc: `What ${name} is for`,
    url: `https://example.com/${encodeURIComponent(name)}`,
    builddate: '1700000000',
    packager: 'Jo Doe <jo@example.com>',
    size: String(size || entries.length),
    arch,
    origin: name,
    license: 'MIT',
    datahash: createHash('sha256').update(data).digest('hex'),
    ...fields,
  };
  const lines = Object.entries(all).flatMap(([key, value]) =>
    (value === undefined ? [] : [value].flat()).map((one) => `${key} = ${one}\n`),
  );
  return `# Generated by abuild 3.15.0\n${lines.join('')}`;
}
