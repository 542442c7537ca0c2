import { type Outcome, playHistory } from './history.ts';
import { makeSamples } from './sample-files.ts';
import type { Trouble } from './troubles.ts';

/** What came of the histories with one kind of trouble. */
export interface Played {
  trouble: Trouble;
  histories: number;
  /** Calls and what came between them, of all histories together. */
  steps: number;
  deadLetters: number;
  /** Those in which a promise was not kept. */
  violations: Outcome[];
}

/** Plays the histories of so many seeds, from the first one. */
export async function playHistories(
  trouble: Trouble,
  { firstSeed, histories }: { firstSeed: number; histories: number },
): Promise<Played> {
  const samples = await makeSamples();
  const played: Played = { trouble, histories, steps: 0, deadLetters: 0, violations: [] };
  for (let seed = firstSeed; seed < firstSeed + histories; seed++) {
    const outcome = await playHistory(seed, trouble, samples);
    played.steps += outcome.steps;
    played.deadLetters += outcome.deadLetters;
    if (outcome.violation) played.violations.push(outcome);
  }
  return played;
}

/** Everything that happened in a history up to the promise that was not kept, and how to play it again. */
export const describeViolation = ({ seed, violation }: Outcome): string[] => [
  ...(violation?.trace ?? []),
  violation?.message ?? '',
  `npm run bench -- events @${seed}`,
];
