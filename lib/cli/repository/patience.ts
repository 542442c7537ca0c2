import { RefusalError, UnreachableError } from '../connection/refusal.ts';
import { asFault } from './file-fault.ts';

/** Files in a row at which a server may fail before it is said to be gone; each was tried several times. */
const MAX_IN_A_ROW = 8;

/** Tells a server that fails at one file from one that is gone. */
export class Patience {
  #inARow = 0;

  /** A file was answered. */
  answered(): void {
    this.#inARow = 0;
  }

  /**
   * What was thrown, as the fault of one file.
   * @throws what was thrown, where it is none, or a server fails too often
   */
  bear(error: unknown): Error {
    const fault = isOfServer(error) ? error : asFault(error);
    this.#inARow = isOfServer(error) ? this.#inARow + 1 : 0;
    if (fault === undefined || this.#inARow >= MAX_IN_A_ROW) throw error;
    return fault;
  }
}

const isOfServer = (error: unknown): error is Error =>
  error instanceof UnreachableError ||
  (error instanceof RefusalError && (error.status >= 500 || error.status === 429));
