import { setTimeout as pause } from 'node:timers/promises';
import type { Entry } from './ledger.ts';
import type { Random } from './random.ts';
import { type Answer, type SoakRequest, sendRequest } from './send-request.ts';
import type { SoakContext } from './soak-context.ts';

/** Who does one thing after the other, with files of its own. */
export interface Client {
  name: string;
  context: SoakContext;
  random: Random;
  /** Its files that are kept. */
  files: Entry[];
  /** How many packages it has named. */
  packages: number;
}

/** Refusals that end by themselves. */
const PASSING = new Set(['being-published', 'being-deleted', 'claim-lost']);
const PASSING_PAUSE_MS = 250;
/** Of those who get no answer, how many do not ask again. */
const WALK_AWAY_PERCENT = 20;

export interface LastAnswer extends Answer {
  /** Whether earlier tries may have done it already. */
  isRepeated: boolean;
}

/**
 * Sends a request until it is answered, as those do who retry, or walks away.
 * @returns `undefined` when it walked away, and does not know what came of it
 */
export async function askUntilAnswered(
  path: string,
  request: SoakRequest,
  { context, random }: Client,
): Promise<LastAnswer | undefined> {
  for (let tries = 0; ; tries++) {
    const answer = await sendRequest(path, request, context);
    if (answer === undefined) {
      if (random.chance(WALK_AWAY_PERCENT)) return undefined;
      await context.disturbances.over();
    } else if (tries > 0 && PASSING.has(String(answer.body.code))) {
      await pause(PASSING_PAUSE_MS);
    } else {
      return { ...answer, isRepeated: tries > 0 };
    }
  }
}
