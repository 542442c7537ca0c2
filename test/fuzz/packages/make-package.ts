import type { Random } from '../random.ts';
import type { Change } from './change.ts';
import { encodePackage, rightPackage } from './raw-package.ts';

export interface FuzzedPackage {
  bytes: Buffer;
  /** What was changed, for whoever reads of a failure. */
  changes: string[];
}

/** A package that is right but for one change or a few; the hashes over what was changed are right. */
export function makePackage(
  name: string,
  random: Random,
  changes: readonly Change[],
  most = 3,
): FuzzedPackage {
  const raw = rightPackage(name, random);
  for (let i = random.few(most); i > 0; i--) raw.changes.push(random.pick(changes)(raw, random));
  return { bytes: encodePackage(raw), changes: raw.changes };
}
