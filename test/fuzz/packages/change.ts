import type { Random } from '../random.ts';
import type { RawMember, RawPackage } from './raw-package.ts';

/** Changes a package somewhere, and says what it has changed. */
export type Change = (raw: RawPackage, random: Random) => string;

/** Mostly the data member, whose streams are longest; sometimes another one. */
export function someMember(raw: RawPackage, random: Random): { member: RawMember; called: string } {
  if (random.chance(0.8)) return { member: raw.data, called: 'data' };
  if (raw.signatures.length === 0 || random.chance(0.6)) return { member: raw.control, called: 'control' };
  return { member: random.pick(raw.signatures), called: 'signature' };
}

/** A text as a few characters of a message. */
export const shown = (text: string): string =>
  JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
