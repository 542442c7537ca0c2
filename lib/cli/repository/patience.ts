import { UnreachableError } from '../refusal.ts';

/** Files in a row that may be cut off before the server is said to be gone; each was tried several times. */
const MAX_IN_A_ROW = 8;

/** Tells a server that fails at one file from one that is gone. */
export class Patience {
  #inARow = 0;

  /** A file was answered, well or badly. */
  answered(): void {
    this.#inARow = 0;
  }

  /**
   * What was thrown is the fault of one file.
   * @throws what was thrown, where it has happened too often
   */
  bear(error: unknown): Error {
    this.#inARow += 1;
    if (!(error instanceof UnreachableError) || this.#inARow >= MAX_IN_A_ROW) throw error;
    return error;
  }
}
