import { FAULTS, type FaultCode } from './faults.ts';

/** A package or an index that no apk should be given. The message says what is wrong and where. */
export class ApkFormatError extends Error {
  override readonly name = 'ApkFormatError';
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** One sentence that tells the package's author what to do. */
  get mend(): string {
    return FAULTS[this.code];
  }
}

const SHOWN = 80;

/** A value from a hostile file as it may stand in a message: quoted, escaped and short. */
export function quote(value: string): string {
  const shown = value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value;
  return JSON.stringify(shown).replace(UNSEEN, escapeCharacter);
}

/** What JSON leaves as it is, and a terminal or a reader takes for something else. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const escapeCharacter = (character: string): string =>
  `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
