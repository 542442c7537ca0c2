import { createHash } from 'node:crypto';
import { ApkFormatError, quote } from './apk-format-error.ts';
import { type PackageWarning, WARNINGS, type WarningCode } from './faults.ts';
import { MAX_FILES, MAX_PATHS_BYTES, MAX_SEGMENT_BYTES } from './limits.ts';
import type { BodyReader } from './tar.ts';
import { encodeName, type TarHeader, type TarType } from './tar-header.ts';

/** apk takes directories, devices and FIFOs without a checksum, and a hard link's from its target. */
const CHECKSUMMED = new Set<TarType>(['file', 'symlink']);
const SHA1 = /^[0-9a-f]{40}$/i;

/**
 * Checks the entries of a data member, one at a time in their order, as apk does while it installs.
 * Source: apk-tools 2.14.10 and 3.0.6, src/database.c (install), src/tar.c.
 */
export class DataMemberCheck {
  readonly #directories = new Set(['']);
  /** What a hard link may point to. */
  readonly #files = new Set<string>();
  readonly #others = new Set<string>();
  readonly #warnings = new Map<WarningCode, string>();
  #entries = 0;
  #pathsBytes = 0;

  /** Whether there is anything to install. */
  get hasEntries(): boolean {
    return this.#entries > 0;
  }

  /** One warning a kind, about the first file that gave rise to it. */
  get warnings(): PackageWarning[] {
    return [...this.#warnings].map(([code, found]) => ({ code, message: `${found} ${WARNINGS[code]}` }));
  }

  /** @throws ApkFormatError `unsafe-path`, `ignored-path`, `duplicate-path`, `missing-*`, `too-many-files` */
  readonly visit = (header: TarHeader): BodyReader => {
    const { name, type } = header;
    if (type === 'directory' && (name === '.' || name === './')) return undefined;
    const path = checkPath(header);
    this.#count(name);
    if (
      this.#others.has(path) ||
      this.#files.has(path) ||
      (type !== 'directory' && this.#directories.has(path))
    )
      throw new ApkFormatError('duplicate-path', `The data member has two entries for ${quote(path)}.`);
    this.#checkPlace(path, header);
    if (type === 'directory') {
      this.#directories.add(path);
      return undefined;
    }
    (type === 'file' || type === 'link' ? this.#files : this.#others).add(path);
    return this.#checksumReader(header);
  };

  #count(name: string): void {
    this.#entries += 1;
    this.#pathsBytes += encodeName(name).length;
    if (this.#entries > MAX_FILES || this.#pathsBytes > MAX_PATHS_BYTES)
      throw new ApkFormatError(
        'too-many-files',
        `The data member has more than ${MAX_FILES} entries, or paths of more than ${MAX_PATHS_BYTES} bytes together.`,
      );
  }

  #checkPlace(path: string, { type, linkname }: TarHeader): void {
    const directory = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
    if (!this.#directories.has(directory)) {
      throw new ApkFormatError(
        'missing-directory',
        `The data member has ${quote(path)}, but no entry for ${quote(directory)} before it.`,
      );
    }
    // apk 2 looks a hard link's target up by its directory, and so finds none at the root.
    if (type === 'link' && !(this.#files.has(linkname) && linkname.includes('/'))) {
      throw new ApkFormatError(
        'missing-link-target',
        `The data member's hard link ${quote(path)} points to ${quote(linkname)}, which is not a file in a directory of the package before it.`,
      );
    }
  }

  #checksumReader(header: TarHeader): BodyReader {
    const { name, type, pax, linkname } = header;
    if (!CHECKSUMMED.has(type)) return undefined;
    const expected = pax.checksum?.toLowerCase();
    if (expected === undefined || !SHA1.test(expected)) {
      this.#warn('checksum-missing', `${quote(name)} has no SHA-1 in an APK-TOOLS.checksum.SHA1 record.`);
      return undefined;
    }
    const hash = createHash('sha1');
    if (type === 'symlink') hash.update(encodeName(linkname));
    return {
      onBytes: (bytes) => hash.update(bytes),
      onEnd: () => {
        const actual = hash.digest('hex');
        if (actual !== expected) {
          this.#warn(
            'checksum-wrong',
            `${quote(name)} has the SHA-1 ${actual}, but its record says ${quote(expected)}.`,
          );
        }
      },
    };
  }

  #warn(code: WarningCode, found: string): void {
    if (!this.#warnings.has(code)) this.#warnings.set(code, found);
  }
}

/**
 * Refuses the paths that apk calls malicious, leaves out, or cannot make on a disk.
 * @returns the path without a directory's trailing slash, as apk keeps it
 */
function checkPath({ name, type }: TarHeader): string {
  const path = type === 'directory' ? name.replace(/\/$/, '') : name;
  const isUnsafe = (segment: string, i: number) =>
    segment === '' ||
    segment === '..' ||
    (segment === '.' && i > 0) ||
    // A character has three bytes at most; thousands of paths may have thousands of segments each.
    (segment.length * 3 > MAX_SEGMENT_BYTES && encodeName(segment).length > MAX_SEGMENT_BYTES);
  if (/\p{Cc}/u.test(name) || path.split('/').some(isUnsafe))
    throw new ApkFormatError('unsafe-path', `The data member has the path ${quote(name)}.`);
  if (name.startsWith('.')) throw new ApkFormatError('ignored-path', `The data member has ${quote(name)}.`);
  return path;
}
