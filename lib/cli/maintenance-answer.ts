import * as z from 'zod';
import type { Terminal } from './command.ts';

/** The registry answers after 25 seconds, whether it has come to its end or not; a network may take some, too. */
export const PATIENCE = { timeoutSeconds: 60 };

/** What is answered when it has come to its end, or that it has not. */
export const orRunning = <T extends z.ZodType>(done: T) =>
  z.union([done, z.object({ state: z.literal('running') })]);

/** @returns the exit code: nobody can say yet that all is right */
export function noteRunning(note: Terminal['note']): number {
  note(
    'It takes longer than a request may, and goes on. A deployment writes the report into the log of its Reconcile function; asked again, it shows what is left.\n',
  );
  return 1;
}
