import type { Random } from './random.ts';

/** Something that strangers send to the registry, and what it promises whatever they send. */
export interface FuzzTarget<T = unknown> {
  name: string;
  /** The same input for the same random numbers. */
  make(random: Random, id: string): T;
  /** What is in an input, for whoever reads of its failure. */
  describe(input: T): string;
  /**
   * Has the registry answer, and checks what it promises.
   * @returns `accepted`, or the code of the refusal
   * @throws for a promise that is broken
   */
  judge(input: T): Promise<string>;
  /** Checks what can be seen only at the end. */
  finish?(): Promise<void>;
  close?(): Promise<void>;
}

export const ACCEPTED = 'accepted';
