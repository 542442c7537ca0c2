import { createHash } from 'node:crypto';
import { ApkFormatError } from './apk-format-error.ts';
import type { ByteSource } from './byte-source.ts';
import { DataMemberCheck } from './data-member.ts';
import { type PackageWarning, WARNINGS } from './faults.ts';
import { inflateMember, isGzip } from './gzip-member.ts';
import { FREE_INFLATED_BYTES, MAX_DATA_MEMBERS, MAX_INFLATION } from './limits.ts';
import { readTar } from './tar.ts';

/** What a package installs. */
export interface PackageData {
  /** Whether there is anything to install. */
  hasEntries: boolean;
  warnings: PackageWarning[];
}

/**
 * Reads and checks all that stands behind the control member: one data member, or several, which are one tar stream.
 * @param datahash lower-case hex SHA-256 that .PKGINFO has of it
 * @throws ApkFormatError `data-*`, `datahash-wrong`, `trailing-bytes`, `too-many-members`, and what gzip, tar and its entries give
 */
export async function readPackageData(source: ByteSource, datahash: string): Promise<PackageData> {
  const start = source.offset;
  if ((await source.peek()) === undefined)
    throw new ApkFormatError('data-missing', 'The file ends after the control member.');
  const hash = createHash('sha256');
  source.listen((bytes) => hash.update(bytes));
  const check = new DataMemberCheck();
  const members = new DataMembers(source);
  await readTar(members.inflate(), check.visit);
  const actual = hash.digest('hex');
  if (actual !== datahash) {
    throw new ApkFormatError(
      'datahash-wrong',
      `The data member, ${source.offset - start} bytes from byte ${start}, has the SHA-256 ${actual}, but .PKGINFO says ${datahash}.`,
    );
  }
  return { hasEntries: check.hasEntries, warnings: [...check.warnings, ...members.warnings] };
}

/** The members from the cursor to the end of the file, which may inflate to so much together, not each. */
class DataMembers {
  readonly #source: ByteSource;
  #count = 0;
  #inflated = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  get warnings(): PackageWarning[] {
    if (this.#count === 1) return [];
    const code = 'several-data-members';
    return [{ code, message: `The file has ${this.#count} data members. ${WARNINGS[code]}` }];
  }

  async *inflate(): AsyncGenerator<Uint8Array> {
    const start = this.#source.offset;
    while ((await this.#source.peek()) !== undefined) {
      if (this.#count > 0) await this.#checkNext();
      this.#count += 1;
      const before = { compressed: this.#source.offset - start, inflated: this.#inflated };
      const checkSize = (compressed: number, inflated: number) => {
        this.#inflated = before.inflated + inflated;
        checkInflation(before.compressed + compressed, this.#inflated);
      };
      yield* inflateMember(this.#source, { checkSize });
    }
  }

  async #checkNext(): Promise<void> {
    if (!isGzip(await this.#source.peekUpTo(2)))
      throw new ApkFormatError(
        'trailing-bytes',
        `The data member ends at byte ${this.#source.offset}, but the file goes on.`,
      );
    if (this.#count === MAX_DATA_MEMBERS)
      throw new ApkFormatError(
        'too-many-members',
        `The file has more than ${MAX_DATA_MEMBERS} data members.`,
      );
  }
}

function checkInflation(compressed: number, inflated: number): void {
  if (inflated > FREE_INFLATED_BYTES + MAX_INFLATION * compressed) {
    throw new ApkFormatError(
      'data-too-large',
      `The data inflates to more than ${MAX_INFLATION} times its size (beyond the first ${FREE_INFLATED_BYTES} bytes).`,
    );
  }
}
