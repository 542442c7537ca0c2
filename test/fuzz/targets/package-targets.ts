import { ApkFormatError } from '#apk/apk-format-error.ts';
import { FAULTS } from '#apk/faults.ts';
import { type PackageReport, readPackage } from '#apk/package.ts';
import { chunksOf } from '#test/support/chunks.ts';
import { ACCEPTED, type FuzzTarget } from '../fuzz-target.ts';
import type { Change } from '../packages/change.ts';
import { changeBytes } from '../packages/change-bytes.ts';
import { changeEntries } from '../packages/change-entries.ts';
import { changeGzip } from '../packages/change-gzip.ts';
import { changeHeader } from '../packages/change-headers.ts';
import { changeInfo } from '../packages/change-info.ts';
import { changeMembers } from '../packages/change-members.ts';
import { changePax } from '../packages/change-pax.ts';
import { type FuzzedPackage, makePackage } from '../packages/make-package.ts';
import { checkEntry } from '../promises/index-promises.ts';

/** A package that was accepted, for those who check what else was promised of it. */
export interface AcceptedPackage {
  id: string;
  bytes: Buffer;
  changes: string[];
  report: PackageReport;
}

const CHANGES: Record<string, readonly Change[]> = {
  PKGINFO: [changeInfo],
  tar: [changeHeader, changeHeader, changeEntries],
  pax: [changePax, changePax, changePax, changeEntries],
  gzip: [changeGzip],
  package: [changeMembers, changeMembers, changeBytes, changeHeader, changePax, changeInfo, changeGzip],
  bytes: [changeBytes],
};

export const PACKAGE_TARGETS: readonly string[] = Object.keys(CHANGES);

type Input = FuzzedPackage & { id: string; ends: number[] };

/** Packages that are changed in one way: none but an ApkFormatError, and what is accepted can be listed. */
export function packageTarget(
  name: string,
  onAccepted: (accepted: AcceptedPackage) => Promise<void> = async () => {},
): FuzzTarget<Input> {
  return {
    name,
    make(random, id) {
      const made = makePackage(
        `f${id.replace(/[^0-9a-z]+/gi, '-').toLowerCase()}`,
        random,
        CHANGES[name] ?? [],
      );
      const ends = random.chance(0.2)
        ? Array.from({ length: 3 }, () => random.below(made.bytes.length + 1))
        : [];
      return { ...made, id, ends };
    },
    describe: ({ changes, bytes }) => `${changes.join('; ')} (${bytes.length} bytes)`,
    async judge({ bytes, ends, changes, id }) {
      const answer = await verdict(bytes, ends);
      if (ends.length > 0) expectSame(answer, await verdict(bytes, []));
      if (typeof answer === 'string') return answer;
      checkEntry(answer);
      await onAccepted({ id, bytes, changes, report: answer });
      return answer.warnings[0] === undefined ? ACCEPTED : `${ACCEPTED}, ${answer.warnings[0].code}`;
    },
  };
}

async function verdict(bytes: Uint8Array, ends: readonly number[]): Promise<PackageReport | string> {
  try {
    return await readPackage(chunksOf(bytes, ends));
  } catch (error) {
    if (!(error instanceof ApkFormatError) || !(error.code in FAULTS)) throw error;
    if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(error.message) || error.message.length > 600)
      throw new Error(`the message is not fit to be shown: ${JSON.stringify(error.message)}`);
    return error.code;
  }
}

function expectSame(answer: PackageReport | string, whole: PackageReport | string): void {
  const text = (one: PackageReport | string) => (typeof one === 'string' ? one : one.sha256);
  if (text(answer) !== text(whole))
    throw new Error(`in chunks the answer is ${text(answer)}, whole it is ${text(whole)}`);
}
