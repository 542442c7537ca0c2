import type { Actor, Answer } from './actor.ts';
import type { World } from './world.ts';

/** What somebody else does while a call hangs. */
export interface Rival {
  name: string;
  act(actor: Actor): Promise<void>;
}

/** Something that is done to a registry, and may fail at each of its calls. */
export interface Operation {
  name: string;
  /** Whether a test tries it each time, and not the bench alone. */
  isTested?: boolean;
  /** Whether what a death leaves does nobody harm, and is left to the daily comparison. */
  isHealedDaily?: boolean;
  /** Makes what it begins with, where that is more than an empty registry. */
  prepare?(actor: Actor): Promise<void>;
  /** @returns what whoever asked for it is answered; for what an event or a clock begins, nothing */
  run(actor: Actor): Promise<Answer | undefined>;
  rivals?: readonly Rival[];
  /** What must be so when it has ended and nobody came between; @returns what is not. */
  check?(world: World, answer: Answer | undefined): string[];
}
